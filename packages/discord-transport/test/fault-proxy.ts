import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../src/testing/index.ts";

/** An HTTP proxy that spoils requests on demand. */
export interface FaultProxy {
  readonly origin: string;
  requestCount(): number;
  spoilNext(fault: Fault): void;
  /** Stops listening and cuts all connections. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts a proxy in front of the server at `target` (scheme, host and port). */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const faults: Fault[] = [];
  let requestCount = 0;
  const server = createServer(async (request, response) => {
    requestCount += 1;
    const fault = faults.shift();
    const body = await readAll(request);
    if (fault?.kind === "answer") return answer(response, fault);
    const isDone = fault === undefined || fault.kind === "half-answer" || fault.done;
    // The far end may go away first, when the test is over before the answer.
    const forwarded = isDone ? await forward(target, request, body).catch(() => request.socket.destroy()) : undefined;
    if (fault?.kind === "cut") return void request.socket.resetAndDestroy();
    if (!(forwarded instanceof Response) || fault?.kind === "silence") return;
    const text = Buffer.from(await forwarded.arrayBuffer());
    const headers = Object.fromEntries([...forwarded.headers].filter(([name]) => !HOP_HEADERS.has(name)));
    response.writeHead(forwarded.status, { ...headers, "content-length": text.length });
    if (fault?.kind !== "half-answer") return void response.end(text);
    response.write(text.subarray(0, text.length / 2), () => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requestCount: () => requestCount,
    spoilNext: (fault) => void faults.push(fault),
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const HOP_HEADERS: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "content-encoding"]);

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function forward(target: string, request: IncomingMessage, body: Buffer): Promise<Response> {
  const { authorization, "content-type": type, "user-agent": userAgent = "" } = request.headers;
  return fetch(target + request.url, {
    method: request.method ?? "GET",
    headers: {
      "user-agent": userAgent,
      ...(authorization === undefined ? {} : { authorization }),
      ...(type === undefined ? {} : { "content-type": type }),
    },
    body: body.length === 0 ? null : new Uint8Array(body),
  });
}

function answer(response: ServerResponse, { status, headers = {}, body }: Fault & { kind: "answer" }): void {
  const isText = typeof body === "string" || body === undefined;
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
