import { constants, createDeflate, createZstdCompress, deflateSync } from "node:zlib";

/** Compression of a whole connection, chosen in its URL (docs: events/gateway, "Transport Compression"). */
export const TRANSPORT_COMPRESSIONS = ["zlib-stream", "zstd-stream"] as const;

/** How payloads become WebSocket messages; `payload` compresses each by itself (docs: "Payload Compression"). */
export type Compression = "none" | "payload" | (typeof TRANSPORT_COMPRESSIONS)[number];

/** Turns texts into messages, one at a time. */
export interface Encoder {
  /** Calls `done` with the message: text, or bytes where it is compressed. The next call must wait for it. */
  encode(text: string, done: (message: string | Buffer) => void): void;
  /** Frees what it holds. */
  close(): void;
}

/** Creates the encoder of one connection: streams keep one context from the first payload to the last. */
export function createEncoder(compression: Compression): Encoder {
  switch (compression) {
    case "none":
      return { encode: (text, done) => done(text), close() {} };
    case "payload":
      return { encode: (text, done) => done(deflateSync(text)), close() {} };
    case "zlib-stream":
      return createStreamEncoder(createDeflate({ flush: constants.Z_SYNC_FLUSH, level: constants.Z_BEST_SPEED }));
    case "zstd-stream":
      return createStreamEncoder(createZstdCompress({ flush: constants.ZSTD_e_flush }));
  }
}

/** Each written text is flushed by itself, so its message is all that came out until the write is done. */
function createStreamEncoder(
  stream: ReturnType<typeof createDeflate> | ReturnType<typeof createZstdCompress>,
): Encoder {
  let chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  // Only `close` in the middle of a write makes one.
  stream.on("error", () => {});
  return {
    encode(text, done) {
      stream.write(text, (error) => {
        if (error) return;
        // What is still buffered comes out by reading, and is heard as data.
        while (stream.read() !== null);
        const message = Buffer.concat(chunks);
        chunks = [];
        done(message);
      });
    },
    close: () => stream.destroy(),
  };
}
