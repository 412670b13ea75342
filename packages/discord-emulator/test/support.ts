import { type DiscordEmulator, type EmulatorOptions, startDiscordEmulator } from "../src/index.ts";

/** An answer, read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly json: any;
}

/** Starts an emulator that closes with the test. Limits are off unless the test is about them. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<AsyncDisposable & DiscordEmulator> {
  const emulator = await startDiscordEmulator({ limits: "off", ...options });
  return { ...emulator, [Symbol.asyncDispose]: () => emulator.close() };
}

/** Sends a request; `body` goes as JSON unless it is bytes, a form or text. */
export async function send(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const isRaw = body instanceof FormData || body instanceof URLSearchParams || typeof body === "string";
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined || isRaw ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Calls Discord's API as the bot. */
export function asBot(emulator: DiscordEmulator, method: string, path: string, body?: unknown): Promise<Answered> {
  const authorization = `Bot ${emulator.description.bot_token}`;
  return send(method, `${emulator.description.api_url}/v10${path}`, body, { authorization });
}

/** Posts by a webhook and returns the message. */
export async function postMessage(webhookUrl: string, body: unknown, query = ""): Promise<Answered["json"]> {
  return (await send("POST", `${webhookUrl}?wait=true${query}`, body)).json;
}

/** Calls Discord's API as the bot that has `token`. */
export function withToken(emulator: DiscordEmulator, token: string) {
  return (method: string, path: string, body?: unknown): Promise<Answered> =>
    send(method, `${emulator.description.api_url}/v10${path}`, body, { authorization: `Bot ${token}` });
}

/** Does by the control API what a person would do, and fails when it is refused. */
export async function control(
  emulator: DiscordEmulator,
  method: string,
  path: string,
  body: object,
): Promise<Answered["json"]> {
  const { status, text, json } = await send(method, `${emulator.description.control_url}${path}`, body);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return json;
}
