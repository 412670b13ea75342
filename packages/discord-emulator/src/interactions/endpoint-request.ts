import { createPrivateKey, sign } from "node:crypto";
import type { Bot } from "../state/objects.ts";
import { LIMITS } from "../validate/limits.ts";
import { ANSWER_MS } from "./interaction-times.ts";

/** As the live service calls itself (seen by people who log their endpoint's requests). */
const USER_AGENT = "Discord-Interactions/1.0 (+https://discord.com)";

/** What is sent to an application's own server. */
export interface EndpointRequest {
  readonly url: string;
  readonly body: object;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Hex; by `signBody`, or anything else. */
  readonly signature: (timestamp: string, raw: string) => string;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

/** What the server answered; undefined for one that did not within 3 s, or with more bytes than a request may have. */
export type EndpointAnswer = { readonly status: number; readonly contentType: string; readonly content: Buffer };

/** Signs as Discord does: Ed25519 over the timestamp and the bytes of the body (docs: interactions/overview, "Security and Authorization"). */
export function signBody({ privateKey }: Bot, timestamp: string, raw: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
  return sign(null, Buffer.from(timestamp + raw), key).toString("hex");
}

/** Posts to an application's server. Follows no redirects and never rejects. */
export async function postToEndpoint(request: EndpointRequest): Promise<EndpointAnswer | undefined> {
  const raw = JSON.stringify(request.body);
  const timestamp = String(Math.floor(request.at / 1000));
  try {
    const response = await fetch(request.url, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "x-signature-ed25519": request.signature(timestamp, raw),
        "x-signature-timestamp": timestamp,
        // A server that closes must not wait for a connection that nobody uses.
        connection: "close",
      },
      body: raw,
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of response.body ?? []) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > LIMITS.requestBytes) return undefined;
      chunks.push(chunk);
    }
    const contentType = response.headers.get("content-type") ?? "";
    return { status: response.status, contentType, content: Buffer.concat(chunks) };
  } catch {
    return undefined;
  }
}

/** Tells whether a content type says JSON, whatever parameters follow. */
export function isJson(contentType: string): boolean {
  return contentType.split(";")[0]?.trim().toLowerCase() === "application/json";
}
