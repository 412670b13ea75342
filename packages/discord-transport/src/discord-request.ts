import type { Json, Reason } from "@tocsin/alert/plugin";
import type { DiscordFile } from "./transport.ts";

/** Where one request goes: everything but its body. */
export interface RequestPlace {
  readonly kind: "place";
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the API's version, `/channels/123/messages`. A secret where it holds a token. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The path without ids and tokens: what may be shown. */
  readonly template: string;
  /** The channel, thread or post that the request is about; empty when the path does not tell. */
  readonly channelId: string;
  /** The same when it is known to be a thread or a forum post. */
  readonly threadId: string | null;
}

/** What goes with a request. */
export interface RequestBody {
  /** JSON text. Absent: no body. */
  readonly json?: string;
  /** With files the body is multipart, and `json` its `payload_json`. */
  readonly files?: readonly DiscordFile[];
}

/** An operation that is not worth a request: no route can express it, or Discord would surely refuse it. */
export interface ImpossibleRequest {
  readonly kind: "impossible";
  readonly reason: Reason;
  readonly details: Json;
}

/** Says why an operation makes no request. `message` repeats no part of the operation. */
export function impossible(message: string, reason: Reason = "invalid-form"): ImpossibleRequest {
  return { kind: "impossible", reason, details: { message } };
}
