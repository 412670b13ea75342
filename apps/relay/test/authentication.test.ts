import { describe, expect, test } from "vitest";
import { createTestRelay } from "./create-test-relay.ts";
import { credentialsOf } from "./fake-engine.ts";

const ALERT = { title: "x" };

describe("credentials", () => {
  test.each([
    ["two headers", credentialsOf("send")],
    ["a bearer token", { authorization: "Bearer key_send:tsk_right-secret" }],
    ["a bearer token in lower case", { authorization: "bearer key_send:tsk_right-secret" }],
  ])("are taken from %s", async (_name, headers) => {
    const { app } = createTestRelay();
    expect((await app.inject({ method: "POST", url: "/alerts", headers, payload: ALERT })).statusCode).toBe(201);
  });

  test.each<[string, Record<string, string>]>([
    ["none", {}],
    ["an unknown key", { "x-api-key": "nobody", "x-api-secret": "tsk_right-secret" }],
    ["a wrong secret", { "x-api-key": "key_send", "x-api-secret": "tsk_wrong" }],
    ["a key alone", { "x-api-key": "key_send" }],
    ["a secret alone", { "x-api-secret": "tsk_right-secret" }],
    ["an empty key", { "x-api-key": "", "x-api-secret": "tsk_right-secret" }],
    ["a bearer token without a secret", { authorization: "Bearer key_send" }],
    ["a bearer token without a key", { authorization: "Bearer :tsk_right-secret" }],
    ["basic credentials", { authorization: "Basic a2V5X3NlbmQ6dHNrX3JpZ2h0LXNlY3JldA==" }],
    [
      "a wrong pair of headers beside a right token",
      { "x-api-key": "key_send", authorization: "Bearer key_send:tsk_right-secret" },
    ],
  ])("answers 401 for %s, always in the same words", async (_name, headers) => {
    const { app, engine } = createTestRelay();
    const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: ALERT });
    expect(response.statusCode).toBe(401);
    expect(response.headers["www-authenticate"]).toBe("Bearer");
    expect(response.json()).toEqual({
      error: {
        code: "unauthorized",
        message: "Valid credentials are needed: x-api-key and x-api-secret, or Authorization: Bearer <key>:<secret>.",
      },
    });
    expect(engine.accepted).toHaveLength(0);
  });

  test("are checked before the body is looked at", async () => {
    const { app } = createTestRelay();
    const headers = { "x-api-key": "key_send", "x-api-secret": "tsk_wrong", "content-type": "text/html" };
    const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: "x".repeat(10_000_000) });
    expect(response.statusCode).toBe(401);
  });

  test("never stand in the log or in an answer", async () => {
    const { app, engine, lines } = createTestRelay();
    engine.failure = new Error("refused Authorization: Bearer key_send:tsk_right-secret");
    const headers = {
      ...credentialsOf("send"),
      authorization: "Bearer key_send:tsk_right-secret",
      cookie: "sid=cookie-value",
    };
    const response = await app.inject({ method: "POST", url: "/alerts?token=query-secret", headers, payload: ALERT });
    const written = lines.join("") + response.body;
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of ["tsk_right-secret", "cookie-value", "query-secret"]) expect(written).not.toContain(secret);
  });
});

describe("scopes", () => {
  test.each([
    ["POST", "/alerts", "send", 201],
    ["POST", "/alerts", "admin", 201],
    ["POST", "/alerts", "operator", 201],
    ["POST", "/alerts", "read", 403],
    ["POST", "/alerts", "receive", 403],
    ["GET", "/alerts", "read", 200],
    ["GET", "/alerts", "admin", 200],
    ["GET", "/alerts", "send", 403],
    ["GET", "/alerts/alt_1", "send", 403],
    ["GET", "/alerts/alt_1", "read", 404],
  ] as const)("%s %s with scope %s answers %i", async (method, url, scope, status) => {
    const { app } = createTestRelay();
    const payload = method === "POST" ? { payload: ALERT } : {};
    const response = await app.inject({ method, url, headers: credentialsOf(scope), ...payload });
    expect(response.statusCode).toBe(status);
    if (status === 403) expect(response.json().error.code).toBe("forbidden");
  });

  test("are not needed for the operator's routes", async () => {
    const { app } = createTestRelay();
    for (const url of ["/healthz", "/readyz", "/openapi.json", "/docs"]) {
      expect((await app.inject({ url })).statusCode).toBe(200);
    }
  });
});
