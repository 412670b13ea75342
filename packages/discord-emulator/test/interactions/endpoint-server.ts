import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Anything } from "./support.ts";

const ED25519_SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** What an application's own server got. */
export interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly raw: string;
  readonly body: Anything;
  readonly isGenuine: boolean;
}

/** How it answers what is no PING. */
export type Handler = (received: Received, response: ServerResponse) => void;

/** An application that takes its interactions by HTTP, as Discord's documentation asks. */
export interface EndpointServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** Interactions that came with a right signature, PINGs aside. */
  interactions(): Anything[];
  /** Resolves when `count` requests have come. */
  until(count: number): Promise<void>;
  handle: Handler;
  /** What happens to requests with a wrong signature. @default 401 */
  forgeryStatus: number;
  /** @default `{"type":1}` */
  pong: string;
  pongType: string;
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Starts one for the application with `publicKey` (hex). */
export async function startEndpoint(publicKey: string): Promise<EndpointServer> {
  const key = createPublicKey({
    key: Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(publicKey, "hex")]),
    format: "der",
    type: "spki",
  });
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const got = await read(request, key);
    received.push(got);
    for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    if (!got.isGenuine) response.writeHead(endpoint.forgeryStatus).end();
    else if (got.body.type === 1) response.writeHead(200, { "content-type": endpoint.pongType }).end(endpoint.pong);
    else endpoint.handle(got, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: EndpointServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/interactions`,
    received,
    interactions: () => received.filter(({ isGenuine, body }) => isGenuine && body.type !== 1).map(({ body }) => body),
    until: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    handle: (_received, response) => sendJson(response, { type: 6 }),
    forgeryStatus: 401,
    pong: '{"type":1}',
    pongType: "application/json",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return endpoint;
}

async function read(request: IncomingMessage, key: KeyObject): Promise<Received> {
  let raw = "";
  for await (const chunk of request.setEncoding("utf8")) raw += chunk;
  const { headers } = request;
  const signed = Buffer.from(`${headers["x-signature-timestamp"]}${raw}`);
  const isGenuine = verify(null, signed, key, Buffer.from(String(headers["x-signature-ed25519"]), "hex"));
  return { headers, raw, body: JSON.parse(raw), isGenuine };
}
