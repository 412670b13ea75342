import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError } from "fastify";
import type { ErrorCode } from "./wire/error.ts";
import { toErrorBody } from "./wire/send-error.ts";

/** What Node could not read as HTTP at all, and the status that tells why. The envelope is the same as everywhere. */
const PROBLEMS: Readonly<Record<string, { status: number; code: ErrorCode; message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: "invalid_request", message: "The request took too long to arrive." },
  HPE_HEADER_OVERFLOW: { status: 431, code: "invalid_request", message: "The headers are too large." },
};

const NO_HTTP = { status: 400, code: "invalid_request", message: "This is not valid HTTP." } as const;

/** Answers a connection whose bytes are no HTTP request, and closes it. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = PROBLEMS[error.code ?? ""] ?? NO_HTTP;
  const body = JSON.stringify(toErrorBody({ code, message }, undefined));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
