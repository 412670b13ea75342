import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";

/**
 * Resolves when the whole request has arrived, what nobody read of it thrown away, when its connection is gone, or after
 * `maxBytes` more of it. Discord's edge takes requests whole before anybody refuses them; to an earlier answer aiohttp
 * leaves its body half written, and sends the next request behind it on the same connection.
 */
export async function takeWhole(request: IncomingMessage, maxBytes: number): Promise<void> {
  if (request.complete) return;
  const { promise: isEnough, resolve } = Promise.withResolvers<void>();
  let sizeBytes = 0;
  request.on("data", (chunk: Buffer) => {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) resolve();
  });
  request.resume();
  await Promise.race([isEnough, finished(request, { writable: false }).catch(() => undefined)]);
}
