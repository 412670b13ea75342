import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { requestRelay } from "./relay-client.ts";

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connection: { url, apiKey: "tk_test", apiSecret: "tsk_testsecret", source: "--url" },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("requestRelay", () => {
  test("sends credentials, idempotency key and JSON, and reads the answer", async () => {
    await using relay = await listen((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => {
        response.writeHead(201, { "retry-after": "7" });
        response.end(JSON.stringify({ headers: request.headers, method: request.method, url: request.url, body }));
      });
    });
    const answer = await requestRelay(relay.connection, {
      method: "POST",
      path: "/alerts",
      body: { title: "x" },
      idempotencyKey: "k1",
    });
    expect(answer).toMatchObject({
      kind: "answered",
      status: 201,
      retryAfter: "7",
      body: {
        method: "POST",
        url: "/alerts",
        body: '{"title":"x"}',
        headers: {
          "x-api-key": "tk_test",
          "x-api-secret": "tsk_testsecret",
          "idempotency-key": "k1",
          "content-type": "application/json",
        },
      },
    });
  });

  test("repeats a lost request once, under the same idempotency key", async () => {
    const keys: unknown[] = [];
    await using relay = await listen((request, response) => {
      keys.push(request.headers["idempotency-key"]);
      if (keys.length === 1) request.socket.destroy();
      else response.writeHead(201).end("{}");
    });
    const request = { method: "POST", path: "/alerts", body: {}, idempotencyKey: "k1" } as const;
    expect(await requestRelay(relay.connection, request)).toMatchObject({ kind: "answered", status: 201 });
    expect(keys).toEqual(["k1", "k1"]);
  });

  test("gives up after the second loss", async () => {
    let count = 0;
    await using relay = await listen((request) => {
      count += 1;
      request.socket.destroy();
    });
    const answer = await requestRelay(relay.connection, { method: "GET", path: "/alerts/x" });
    expect(answer.kind).toBe("unreachable");
    expect(count).toBe(2);
  });

  test("sends a request that could act twice only once", async () => {
    let count = 0;
    await using relay = await listen((request) => {
      count += 1;
      request.socket.destroy();
    });
    await requestRelay(relay.connection, { method: "POST", path: "/alerts", body: {} });
    expect(count).toBe(1);
  });

  test("calls an answer that does not come in time a timeout", async () => {
    await using relay = await listen(() => undefined);
    const request = { method: "POST", path: "/alerts", body: {}, timeoutMs: 50 } as const;
    expect(await requestRelay(relay.connection, request)).toEqual({ kind: "unreachable", code: "TIMEOUT" });
  });

  test("says that nobody listens", async () => {
    const relay = await listen(() => undefined);
    await relay[Symbol.asyncDispose]();
    const answer = await requestRelay(relay.connection, { method: "GET", path: "/alerts/x" });
    expect(answer).toEqual({ kind: "unreachable", code: "ECONNREFUSED" });
  });

  test("follows no redirect: the credentials stay where they were sent", async () => {
    await using relay = await listen((_request, response) => {
      response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    });
    const answer = await requestRelay(relay.connection, { method: "GET", path: "/alerts/x" });
    expect(answer).toMatchObject({ kind: "answered", status: 302 });
  });

  test("keeps a little of an answer that is not JSON, with secrets masked", async () => {
    await using relay = await listen((_request, response) => {
      response.end(`<html>tsk_0123456789 ${"x".repeat(500)}`);
    });
    const answer = await requestRelay(relay.connection, { method: "GET", path: "/" });
    expect(answer).toMatchObject({ body: expect.stringMatching(/^<html>\[redacted\] x{100,200}$/) });
  });
});
