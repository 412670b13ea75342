import { constants, createInflate, createZstdDecompress, inflateSync } from "node:zlib";
import WebSocket from "ws";
import type { DiscordEmulator } from "../../src/index.ts";
import { asBot } from "../support.ts";

/** A payload of the Gateway. */
export interface Frame {
  readonly op: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape.
  readonly d: any;
  readonly s: number | null;
  readonly t: string | null;
}

/** How to connect. */
export interface RawOptions {
  /** @default the one of `GET /gateway/bot` */
  readonly url?: string;
  readonly version?: string;
  readonly compress?: "zlib-stream" | "zstd-stream";
  readonly query?: string;
}

/** A client that does nothing by itself: what comes is kept, what is asked for is sent. */
export interface RawClient extends Disposable {
  readonly socket: WebSocket;
  /** Everything that has come, in order. */
  readonly frames: Frame[];
  /** Sizes of the messages that brought them, and whether they were binary. */
  readonly messages: { readonly bytes: Buffer; readonly isBinary: boolean }[];
  /** The first frame, from now on or not yet asked for, that has this op or event name. Those before it are passed over. */
  next(what: number | string): Promise<Frame>;
  /** Lets go of everything that has come. */
  forget(): void;
  send(op: number, d?: unknown): void;
  /** The last sequence number that has come. */
  seq(): number;
  /** The code with which the connection was closed. */
  readonly closed: Promise<number>;
  /** Breaks the connection without a word. */
  drop(): void;
}

/** Inflates messages of one connection. Each is a whole payload. */
function createDecoder(compress: RawOptions["compress"]): (message: Buffer) => Promise<string> {
  if (!compress) return async (message) => (message[0] === 0x78 ? inflateSync(message) : message).toString("utf8");
  const stream =
    compress === "zlib-stream"
      ? createInflate({ flush: constants.Z_SYNC_FLUSH })
      : createZstdDecompress({ flush: constants.ZSTD_e_flush });
  let chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return (message) =>
    new Promise((resolve, reject) => {
      stream.write(message, (error) => {
        if (error) return reject(error);
        while (stream.read() !== null);
        resolve(Buffer.concat(chunks).toString("utf8"));
        chunks = [];
      });
    });
}

/** Opens a WebSocket to the Gateway. */
export function connect(url: string, { version = "10", compress, query = "" }: RawOptions = {}): RawClient {
  const socket = new WebSocket(`${url}?v=${version}&encoding=json${compress ? `&compress=${compress}` : ""}${query}`);
  const decode = createDecoder(compress);
  const frames: Frame[] = [];
  const messages: { bytes: Buffer; isBinary: boolean }[] = [];
  let readCount = 0;
  let lastSeq = 0;
  let wake: () => void = () => {};
  let decoding: Promise<unknown> = Promise.resolve();
  socket.on("message", (data, isBinary) => {
    const bytes = data as Buffer;
    messages.push({ bytes, isBinary });
    decoding = decoding
      .then(() => decode(bytes))
      .then((text) => {
        const frame = JSON.parse(text) as Frame;
        frames.push(frame);
        lastSeq = frame.s ?? lastSeq;
        wake();
      });
  });
  socket.on("error", () => {});
  const closed = new Promise<number>((resolve) => {
    socket.on("close", async (code) => {
      await decoding;
      wake();
      resolve(code);
    });
  });

  return {
    socket,
    frames,
    messages,
    closed,
    seq: () => lastSeq,
    async next(what) {
      for (;;) {
        while (readCount < frames.length) {
          const frame = frames[readCount] as Frame;
          readCount += 1;
          if (frame.op === what || frame.t === what) return frame;
        }
        if (socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${what} came`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    forget() {
      frames.length = 0;
      messages.length = 0;
      readCount = 0;
    },
    send: (op, d = null) => socket.send(JSON.stringify({ op, d })),
    drop: () => socket.terminate(),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** Where the bot of the emulator is told to connect. */
export async function gatewayUrl(emulator: DiscordEmulator): Promise<string> {
  return (await asBot(emulator, "GET", "/gateway/bot")).json.url;
}

/** Every intent, privileged ones too. */
export const ALL_INTENTS = 0b11_0011_0001_1111_1111_1111_1111;

/** What an IDENTIFY of the emulator's own bot says. */
export function identity(emulator: Pick<DiscordEmulator, "description">, wish: object = {}): object {
  const properties = { os: "linux", browser: "test", device: "test" };
  return { token: emulator.description.bot_token, intents: ALL_INTENTS, properties, ...wish };
}

/** Connects and identifies; resolves with READY when it has come. */
export async function identify(
  emulator: DiscordEmulator,
  wish: object = {},
  options: RawOptions = {},
): Promise<RawClient & { readonly ready: Frame }> {
  const client = connect(options.url ?? (await gatewayUrl(emulator)), options);
  await client.next(10);
  client.send(2, identity(emulator, wish));
  const ready = await client.next("READY");
  return Object.assign(client, { ready });
}

/** Connects and asks to resume a session. What comes is the caller's to wait for. */
export async function resume(
  emulator: DiscordEmulator,
  session: { readonly session_id: string; readonly resume_gateway_url: string },
  seq: number,
  options: RawOptions = {},
): Promise<RawClient> {
  const client = connect(session.resume_gateway_url, options);
  await client.next(10);
  client.send(6, { token: emulator.description.bot_token, session_id: session.session_id, seq });
  return client;
}
