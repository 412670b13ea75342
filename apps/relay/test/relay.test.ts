import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createTestRelay, type TestRelay } from "./create-test-relay.ts";
import { credentialsOf } from "./fake-engine.ts";

const JSON_SEND = { ...credentialsOf("send"), "content-type": "application/json" };

const open: TestRelay[] = [];

async function listening() {
  const relay = createTestRelay();
  open.push(relay);
  return { ...relay, url: await relay.listen({ port: 0 }) };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((relay) => relay.close(0)));
});

/** What the server answers to raw bytes, until it closes the connection. */
async function exchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

describe("over a real connection", () => {
  test("listens on the loopback address unless told otherwise", async () => {
    const { url } = await listening();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${url}/alerts`, { method: "POST", headers: JSON_SEND, body: '{"title":"x"}' });
    expect(response.status).toBe(201);
  });

  test("a body of 10 MB is answered 413, and the caller hears it", async () => {
    const { url, engine } = await listening();
    const body = JSON.stringify({ title: "x".repeat(10_000_000) });
    for (let round = 0; round < 5; round += 1) {
      const response = await fetch(`${url}/alerts`, { method: "POST", headers: JSON_SEND, body });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ error: { code: "payload_too_large" } });
    }
    expect(engine.accepted).toHaveLength(0);
  });

  test("a body of 10 MB with wrong credentials is answered 401, and the caller hears it", async () => {
    const { url } = await listening();
    const headers = { ...JSON_SEND, "x-api-secret": "tsk_wrong" };
    const response = await fetch(`${url}/alerts`, { method: "POST", headers, body: "x".repeat(10_000_000) });
    expect(response.status).toBe(401);
  });

  test.each([
    ["no HTTP at all", "hello\r\n\r\n", 400],
    ["headers of 100 kB", `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`, 431],
    ["two lengths", "POST /alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    ["a NUL byte in a header", "GET / HTTP/1.1\r\nHost: x\r\nX-Nul: a\0b\r\n\r\n", 400],
    ["HTTP/1.1 without a host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [
      "an expectation that is not known",
      "GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: foo\r\nConnection: close\r\n\r\n",
      400,
    ],
    ["an unknown method", "BREW /alerts HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ])("%s is answered with the envelope", async (_name, bytes, status) => {
    const { url } = await listening();
    const answer = await exchange(url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ error: { code: "invalid_request" } });
  });

  test("HTTP/1.0 needs no host, and Expect: 100-continue is answered", async () => {
    const { url } = await listening();
    expect(await exchange(url, "GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
    const expecting = "GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    expect(await exchange(url, expecting)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  test("a caller that goes away in the middle of a body is no error of the relay", async () => {
    const { url, app, lines } = await listening();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("POST /alerts HTTP/1.1\r\nHost: x\r\nx-api-key: key_send\r\nx-api-secret: tsk_right-secret\r\n");
    socket.write("Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    await once(app.server, "request");
    socket.destroy();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(lines.join("")).not.toContain('"level":"error"');
  });
});

describe("readiness", () => {
  test("says what the engine has to do", async () => {
    const { app } = createTestRelay();
    const response = await app.inject({ url: "/readyz" });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      status: "ready",
      open_delivery_count: 0,
      dead_delivery_count: 0,
      oldest_undelivered_critical_ms: null,
    });
  });

  test("is gone with the store, while the process still lives", async () => {
    const { app, engine } = createTestRelay();
    engine.storeStatus = "unavailable";
    const unavailable = await app.inject({ url: "/readyz" });
    expect(unavailable.statusCode).toBe(503);
    expect(unavailable.json().error).toMatchObject({ code: "unavailable", details: { missing: ["store"] } });
    engine.failure = new Error("no store");
    expect((await app.inject({ url: "/readyz" })).json().error.details).toEqual({ missing: ["store"] });
    expect((await app.inject({ url: "/healthz" })).statusCode).toBe(200);
  });

  test.each([
    [["postgres"], ["postgres"]],
    [["redis"], ["redis"]],
    [
      ["postgres", "redis"],
      ["postgres", "redis"],
    ],
  ] as const)("is gone while %j is missing, and names it", async (missing, named) => {
    const { app } = createTestRelay({ backends: { storeName: "postgres", missing: () => missing } });
    const response = await app.inject({ url: "/readyz" });
    expect(response.statusCode).toBe(503);
    expect(response.json().error).toMatchObject({ code: "unavailable", details: { missing: named } });
  });

  test("does not ask an engine whose database is known to be away", async () => {
    const { app, engine, lines } = createTestRelay({
      backends: { storeName: "postgres", missing: () => ["postgres"] },
    });
    engine.failure = new Error("nobody answers");
    expect((await app.inject({ url: "/readyz" })).statusCode).toBe(503);
    expect(lines.join("")).not.toContain("nobody answers");
  });

  test("names the database under its own name when only the engine knows that it is away", async () => {
    const { app, engine } = createTestRelay({ backends: { storeName: "postgres", missing: () => ["redis"] } });
    engine.storeStatus = "unavailable";
    const { error } = (await app.inject({ url: "/readyz" })).json();
    expect(error.details).toEqual({ missing: ["postgres", "redis"] });
  });

  test("may leave Redis out, and nothing else", async () => {
    const missing: ("postgres" | "redis")[] = ["redis"];
    const { app } = createTestRelay({ backends: { storeName: "postgres", missing: () => missing } });
    expect((await app.inject({ url: "/readyz?exclude=redis" })).statusCode).toBe(200);
    expect((await app.inject({ url: "/readyz?exclude=postgres" })).statusCode).toBe(400);
    missing.unshift("postgres");
    const { error } = (await app.inject({ url: "/readyz?exclude=redis" })).json();
    expect(error.details).toEqual({ missing: ["postgres"] });
  });
});

describe("close", () => {
  /** A relay whose first `GET /readyz` is held inside the engine, and the socket that waits for it. */
  async function holding() {
    const relay = await listening();
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    const { promise: inside, resolve: enter } = Promise.withResolvers<void>();
    const { status } = relay.engine;
    relay.engine.status = async () => {
      enter();
      await gate;
      return status();
    };
    const socket = connect(Number(new URL(relay.url).port), "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.write("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
    await inside;
    return { ...relay, socket, release, answers: () => Buffer.concat(chunks).toString() };
  }

  test("finishes what is under way, accepts no connection and stops the engine once", async () => {
    const { close, release, socket, answers, url, engine } = await holding();
    const closed = [close(5000), close(5000)];
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    release();
    socket.end();
    await Promise.all(closed);
    expect(answers()).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(engine.stops).toEqual([5000]);
  });

  test.each([
    ["GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", { missing: ["listener"] }],
    ["POST /alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", undefined],
  ])("answers 503 to what still comes on an open connection: %j", async (bytes, details) => {
    const { app, close, release, socket, answers } = await holding();
    const closed = close(5000);
    const second = once(app.server, "request");
    socket.write(bytes);
    await second;
    release();
    await Promise.all([closed, once(socket, "close")]);
    const [, answer = ""] = answers().split(/(?=HTTP\/1\.1 )/);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error).toMatchObject({
      code: "unavailable",
      ...(details && { details }),
    });
  });

  test("cuts what does not end in time", async () => {
    const { close, socket, answers } = await holding();
    await Promise.all([close(50), once(socket, "close")]);
    expect(answers()).toBe("");
  });
});
