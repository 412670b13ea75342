import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { exchange, type HttpLimits } from "../src/http-exchange.ts";
import { createHttpPool } from "../src/http-pool.ts";
import { startRawServer, startStubServer } from "./stub-server.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
const dispatchers: Dispatcher[] = [];
const pool = (options?: Parameters<typeof createHttpPool>[0]): Dispatcher => keep(createHttpPool(options));
const keep = (dispatcher: Dispatcher): Dispatcher => {
  dispatchers.push(dispatcher);
  return dispatcher;
};
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.destroy()));
});

const post = (origin: string, limits: Partial<HttpLimits> = {}, dispatcher = pool(), body = '{"content":"x"}') =>
  exchange(
    dispatcher,
    { method: "POST", origin, path: "/api", headers: { "content-type": "application/json" }, body },
    { timeoutMs: 5_000, mayStart: () => true, ...limits },
  );

describe("nothing was written", () => {
  test("when the connection is refused", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, "close");
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({
      kind: "not-sent",
      why: "unreachable",
      code: "ECONNREFUSED",
    });
  });

  test("when the name does not resolve", async () => {
    const lookup = (_host: string, _options: unknown, done: (error: Error) => void): void =>
      done(Object.assign(new Error("getaddrinfo ENOTFOUND discord.invalid"), { code: "ENOTFOUND" }));
    const dispatcher = keep(new Agent({ connect: { lookup } as object }));
    expect(await post("http://discord.invalid", {}, dispatcher)).toEqual({
      kind: "not-sent",
      why: "unreachable",
      code: "ENOTFOUND",
    });
  });

  test("when the TLS handshake fails", async () => {
    await using server = await startRawServer((socket) => socket.end(OK));
    const result = await post(server.origin.replace("http:", "https:"));
    expect(result).toMatchObject({ kind: "not-sent", why: "unreachable", code: expect.stringMatching(/SSL|EPROTO/) });
  });

  test("when the server closes during the TLS handshake", async () => {
    await using server = await startRawServer((socket) => socket.destroy());
    expect(await post(server.origin.replace("http:", "https:"))).toMatchObject({
      kind: "not-sent",
      why: "unreachable",
    });
  });

  test("when the time is over while it connects", async () => {
    const dispatcher = keep(new Agent({ connect: () => undefined }));
    expect(await post("http://127.0.0.1:9", { timeoutMs: 20 }, dispatcher)).toEqual({
      kind: "not-sent",
      why: "timeout",
      code: "timeout",
    });
  });

  test("when the signal was aborted before the call", async () => {
    await using server = await startStubServer(() => ({}));
    expect(await post(server.origin, { signal: AbortSignal.abort() })).toMatchObject({
      kind: "not-sent",
      why: "aborted",
    });
    expect(server.connectionCount).toBe(0);
  });

  test("when it waits for a connection and the signal aborts, and the server never sees it", async () => {
    await using server = await startStubServer(() => ({ body: {}, delayMs: 50 }));
    const dispatcher = pool({ maxConnectionCount: 1 });
    const first = post(server.origin, {}, dispatcher);
    const controller = new AbortController();
    const second = post(server.origin, { signal: controller.signal }, dispatcher);
    controller.abort();
    expect(await second).toMatchObject({ kind: "not-sent", why: "aborted" });
    expect(await first).toMatchObject({ kind: "answered" });
    expect(await post(server.origin, {}, dispatcher)).toMatchObject({ kind: "answered" });
    expect(server.requests).toHaveLength(2);
  });

  test("when it may not start any more once a connection is free", async () => {
    await using server = await startStubServer(() => ({ body: {}, delayMs: 50 }));
    const dispatcher = pool({ maxConnectionCount: 1 });
    let isOver = false;
    const first = post(server.origin, {}, dispatcher);
    const second = post(server.origin, { mayStart: () => !isOver }, dispatcher);
    isOver = true;
    expect(await second).toEqual({ kind: "not-sent", why: "expired", code: "expired" });
    await first;
    expect(server.requests).toHaveLength(1);
  });

  test("when the connections are closed already", async () => {
    const dispatcher = createHttpPool();
    await dispatcher.close();
    expect(await post("http://127.0.0.1:9", {}, dispatcher)).toMatchObject({ kind: "not-sent", why: "unreachable" });
  });
});

/** After the connection was taken up: a reset that is quicker than our first write is plainly unsent. */
const resetUnread = (socket: Socket): void => {
  socket.pause();
  setTimeout(() => socket.resetAndDestroy(), 20);
};

describe("it may have been done", () => {
  const endings: readonly [name: string, onData: (socket: Socket) => void, onConnection?: (socket: Socket) => void][] =
    [
      ["closes without reading", () => undefined, (socket) => socket.pause().end()],
      ["resets without reading", () => undefined, resetUnread],
      ["reads and closes", (socket) => socket.end()],
      ["reads and resets", (socket) => socket.resetAndDestroy()],
      ["answers half of the headers and closes", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le")],
      ["answers what is not HTTP", (socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n")],
    ];
  test.each(endings)("when the server %s", async (_name, onData, onConnection) => {
    await using server = await startRawServer(onData, onConnection);
    expect(await post(server.origin)).toMatchObject({ kind: "lost", why: "broken" });
    expect(server.connectionCount).toBe(1);
  });

  test("when the answer does not come in time", async () => {
    await using server = await startRawServer(() => undefined);
    expect(await post(server.origin, { timeoutMs: 250 })).toEqual({ kind: "lost", why: "timeout", code: "timeout" });
  });

  test("when the signal aborts on the way", async () => {
    const controller = new AbortController();
    await using server = await startRawServer(() => controller.abort());
    const result = await post(server.origin, { signal: controller.signal });
    expect(result).toEqual({ kind: "lost", why: "aborted", code: "aborted" });
  });

  test("when a kept-alive connection is closed by the server as we write to it", async () => {
    let requestCount = 0;
    await using server = await startRawServer((socket) => {
      requestCount += 1;
      if (requestCount === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    const dispatcher = pool({ maxConnectionCount: 1 });
    expect(await post(server.origin, {}, dispatcher)).toMatchObject({ kind: "answered", status: 200 });
    expect(await post(server.origin, {}, dispatcher)).toMatchObject({ kind: "lost", why: "broken" });
    expect(server.connectionCount).toBe(1);
  });

  test("and it is never called unsent when the server closes right behind an answer", async () => {
    await using server = await startRawServer((socket) => socket.end(OK));
    const dispatcher = pool({ maxConnectionCount: 1 });
    for (let count = 0; count < 50; count += 1) {
      const result = await post(server.origin, {}, dispatcher);
      expect(["answered", "lost"]).toContain(result.kind);
    }
  });

  test("when the connection breaks in the middle of a large request", async () => {
    await using server = await startRawServer((socket) => socket.resetAndDestroy());
    expect(await post(server.origin, {}, pool(), "x".repeat(5_000_000))).toMatchObject({ kind: "lost", why: "broken" });
  });
});

describe("it was answered", () => {
  test("with status, headers in lower case and the body", async () => {
    await using server = await startStubServer(() => ({
      status: 429,
      headers: { "Retry-After": "3" },
      body: { a: 1 },
    }));
    expect(await post(server.origin)).toMatchObject({
      kind: "answered",
      status: 429,
      headers: { "retry-after": "3", "content-type": "application/json" },
      body: '{"a":1}',
    });
  });

  const halves: readonly [name: string, answer: string, end: boolean][] = [
    ["the length is not reached", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", true],
    ["the last chunk is missing", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n", true],
    ["the rest does not come in time", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", false],
    [
      "the body is far larger than any message",
      `HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n${"x".repeat(2_000_000)}`,
      false,
    ],
  ];
  test.each(halves)("without a body, when %s", async (_name, answer, end) => {
    await using server = await startRawServer((socket) => void (end ? socket.end(answer) : socket.write(answer)));
    expect(await post(server.origin, { timeoutMs: 250 })).toMatchObject({ kind: "answered", status: 200, body: null });
  });

  test("with the final status, when an interim one comes first", async () => {
    await using server = await startRawServer((socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}`));
    expect(await post(server.origin)).toMatchObject({ kind: "answered", status: 200, body: "{}" });
  });

  test("with the redirect itself", async () => {
    await using server = await startStubServer(() => ({ status: 307, headers: { location: "/elsewhere" } }));
    expect(await post(server.origin)).toMatchObject({ kind: "answered", status: 307 });
    expect(server.requests).toHaveLength(1);
  });
});
