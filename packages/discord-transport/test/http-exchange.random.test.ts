import type { Socket } from "node:net";
import { createSeededRandom, type SeededRandom } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { exchange, type HttpExchange } from "../src/http-exchange.ts";
import { createHttpPool } from "../src/http-pool.ts";
import { startRawServer } from "./stub-server.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
const REQUEST_COUNT = 400;

/** What the server may do with a request that it has read. */
const ENDINGS: readonly ((socket: Socket) => void)[] = [
  (socket) => void socket.write(OK),
  (socket) => void socket.write(OK),
  (socket) => void socket.end(OK),
  (socket) => void socket.end(),
  (socket) => void socket.resetAndDestroy(),
  (socket) => void socket.end(OK.slice(0, 20)),
  (socket) => void setTimeout(() => socket.write(OK), 8),
  (socket) => void socket.write(OK, () => setTimeout(() => socket.resetAndDestroy(), 1)),
];

async function sendAll(origin: string, random: SeededRandom): Promise<ReadonlyMap<string, HttpExchange>> {
  const pool = createHttpPool({ maxConnectionCount: 3, idleTimeoutMs: 5 });
  const results = new Map<string, HttpExchange>();
  const sendOne = async (index: number): Promise<void> => {
    const id = `request-${index}.`;
    const controller = new AbortController();
    if (random.integer(0, 4) === 0) setTimeout(() => controller.abort(), random.integer(0, 6));
    const limits = {
      timeoutMs: random.pick([5, 300]),
      mayStart: () => random.integer(0, 9) > 0,
      signal: controller.signal,
    };
    const request = { method: "POST" as const, origin, path: `/${id}`, headers: {}, body: "x" };
    results.set(id, await exchange(pool, request, limits));
  };
  const indexes = Array.from({ length: REQUEST_COUNT }, (_, index) => index);
  while (indexes.length > 0) await Promise.all(indexes.splice(0, 8).map(sendOne));
  await pool.destroy();
  return results;
}

test("whatever breaks, nothing is called unsent that the server saw, and nothing answered that it did not", async () => {
  const seed = Number(process.env.TOCSIN_SEED ?? 20_260_101);
  const random = createSeededRandom(seed);
  const seen = new Set<string>();
  await using server = await startRawServer(
    (socket, text) => {
      for (const [id] of text.matchAll(/request-\d+\./g)) seen.add(id);
      random.pick(ENDINGS)(socket);
    },
    (socket) => {
      if (random.integer(0, 9) === 0) socket.resetAndDestroy();
    },
  );
  const results = await sendAll(server.origin, random);

  const wrong = [...results].filter(([id, { kind }]) =>
    kind === "not-sent" ? seen.has(id) : kind === "answered" && !seen.has(id),
  );
  expect(wrong, `seed ${seed}`).toEqual([]);
  const kinds = [...results.values()].map(({ kind }) => kind);
  for (const kind of ["answered", "not-sent", "lost"]) {
    expect(kinds.filter((other) => other === kind).length, `${kind}, seed ${seed}`).toBeGreaterThan(20);
  }
});
