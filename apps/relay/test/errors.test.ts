import { TocsinError } from "@tocsin/errors";
import { errorCodes } from "fastify";
import { describe, expect, test } from "vitest";
import { toProblem } from "../src/plugins/error-handling.ts";
import { createTestRelay } from "./create-test-relay.ts";
import { credentialsOf } from "./fake-engine.ts";

const JSON_SEND = { ...credentialsOf("send"), "content-type": "application/json" };

describe("bodies", () => {
  test.each<[string, string | Buffer, RegExp]>([
    ["broken JSON", '{"title": "x",\n  oops}', /^The body is not JSON, line 2, column 3\.$/],
    ["JSON that ends early", '{"title"', /^The body is not JSON, line 1, column \d+\.$/],
    ["an empty body", "", /is not JSON|is empty/],
    ["text", "hello", /^The body is not JSON, line 1, column 1\.$/],
    ["comments", '{"title":"x"} // note', /not JSON/],
    ["a trailing comma", '{"title":"x",}', /not JSON/],
    ["two documents", '{"title":"x"}{"title":"y"}', /not JSON/],
    ["a byte order mark", "\uFEFF{}", /byte order mark/],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    ["a key that stands twice", '{"title":"a","title":"b"}', /"title" stands twice/],
    ["a key that stands twice, spelled differently", '{"title":"a","\\u0074itle":"b"}', /"title" stands twice/],
    ["a prototype key", '{"title":"a","context":{"__proto__":{"x":1}}}', /__proto__/],
    ["deep nesting", `{"title":${"[".repeat(101)}${"]".repeat(101)}}`, /deeper than 100/],
    ["very deep nesting", "[".repeat(900_000), /deeper than 100/],
    ["a list", "[]", /expected an object/],
    ["null", "null", /expected an object/],
    ["an object without a text", "{}", /title or a message/],
  ])("answer 400 for %s and say where", async (_name, payload, message) => {
    const { app, engine } = createTestRelay();
    const response = await app.inject({ method: "POST", url: "/alerts", headers: JSON_SEND, payload });
    expect(response.statusCode).toBe(400);
    expect(response.json().error.code).toBe("invalid_request");
    expect(response.json().error.message).toMatch(message);
    expect(engine.accepted).toHaveLength(0);
  });

  test("never repeat what they hold in the message about their form", async () => {
    const { app } = createTestRelay();
    const payload = '{"title": supersecret}';
    const response = await app.inject({ method: "POST", url: "/alerts", headers: JSON_SEND, payload });
    expect(response.body).not.toContain("supersecret");
  });

  test.each(["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"])(
    "answer 415 for %s",
    async (type) => {
      const { app } = createTestRelay();
      const headers = { ...JSON_SEND, "content-type": type };
      const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: '{"title":"x"}' });
      expect(response.statusCode).toBe(415);
      expect(response.json().error.code).toBe("unsupported_media_type");
    },
  );

  test.each([
    { "content-type": "application/json; charset=utf-8" },
    { "content-type": 'application/json;charset="UTF-8"' },
    { "content-encoding": "identity" },
  ])("may name their character set and coding: %j", async (named) => {
    const { app } = createTestRelay();
    const headers = { ...JSON_SEND, ...named };
    const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: '{"title":"ü"}' });
    expect(response.statusCode).toBe(201);
    expect(response.json().data.title).toBe("ü");
  });

  test.each([
    [{ "content-encoding": "gzip" }, 'Content-Encoding "gzip" is not taken: send the body as it is.'],
    [{ "content-encoding": "identity, br" }, 'Content-Encoding "identity, br" is not taken: send the body as it is.'],
    [
      { "content-type": "application/json; charset=iso-8859-1" },
      'The character set "iso-8859-1" is not taken: send UTF-8.',
    ],
    [{ "content-type": 'application/json; Charset="utf-16"' }, 'The character set "utf-16" is not taken: send UTF-8.'],
  ])("answer 415 and name a coding that is not read: %j", async (named, message) => {
    const { app, engine } = createTestRelay();
    const headers = { ...JSON_SEND, ...named };
    const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: '{"title":"x"}' });
    expect(response.statusCode).toBe(415);
    expect(response.json().error).toMatchObject({ code: "unsupported_media_type", message });
    expect(engine.accepted).toHaveLength(0);
  });

  test("over 1 MiB answer 413, one of exactly 1 MiB is read", async () => {
    const { app } = createTestRelay();
    const exact = `{"title":"${"x".repeat(1024 * 1024 - 12)}"}`;
    const post = (payload: string) => app.inject({ method: "POST", url: "/alerts", headers: JSON_SEND, payload });
    expect((await post(exact)).statusCode).toBe(400);
    const response = await post(`${exact} `);
    expect(response.statusCode).toBe(413);
    expect(response.json().error.code).toBe("payload_too_large");
  });
});

describe("routes that do not exist", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/nothing"],
    ["PUT", "/alerts/alt_1"],
    ["DELETE", "/alerts"],
    ["PATCH", "/healthz"],
    ["POST", "/alerts/alt_1"],
    ["GET", `/alerts/x/${"y/".repeat(200)}`],
  ] as const)("answer not_found: %s %s", async (method, url) => {
    const { app } = createTestRelay();
    const response = await app.inject({ method, url });
    expect(response.statusCode).toBe(404);
    expect(response.json().error.code).toBe("not_found");
  });

  test("never repeat a secret of their path", async () => {
    const { app } = createTestRelay();
    const url = "/api/webhooks/123456789012345678/very-secret-token?token=also-secret";
    const response = await app.inject({ method: "POST", url });
    expect(response.statusCode).toBe(404);
    expect(response.body).not.toMatch(/very-secret-token|also-secret/);
  });

  test("answer 400 for a path that is not percent-encoding", async () => {
    const { app } = createTestRelay();
    for (const url of ["/%E0%A4%A", "/alerts/%", "/alerts/%zz"]) {
      const response = await app.inject({ url, headers: credentialsOf("read") });
      expect(response.statusCode).toBe(400);
      expect(response.json().error.code).toBe("invalid_request");
    }
  });
});

describe("failures of the relay", () => {
  test("answer 503 when trying again may help, and say when", async () => {
    const { app, engine, lines } = createTestRelay();
    engine.failure = new TocsinError("store at db.internal:5432 is locked", { code: "STORE_LOCKED", retryable: true });
    const response = await app.inject({ url: "/alerts", headers: credentialsOf("read") });
    expect(response.statusCode).toBe(503);
    expect(response.headers["retry-after"]).toBe("1");
    expect(response.json().error.code).toBe("unavailable");
    expect(response.body).not.toContain("db.internal");
    expect(lines.join("")).toContain("STORE_LOCKED");
  });

  test.each([
    ["an error", new Error("SELECT failed at db.internal")],
    ["an error that will not go away", new TocsinError("broken at db.internal", { code: "STORE_BROKEN" })],
    ["a string", "thrown at db.internal"],
    ["nothing", undefined],
  ])("answer 500 without its words for %s", async (_name, failure) => {
    const { app, engine } = createTestRelay();
    engine.failure = failure;
    const response = await app.inject({ url: "/alerts", headers: credentialsOf("read") });
    expect(response.statusCode).toBe(500);
    expect(response.json().error.code).toBe("internal_error");
    expect(response.body).not.toContain("db.internal");
  });

  test("are logged with their cause and without secrets", async () => {
    const { app, engine, lines } = createTestRelay();
    const cause = new Error("POST https://discord.com/api/webhooks/123456789012345678/hook-token failed");
    engine.failure = new Error("could not accept", { cause });
    await app.inject({ url: "/alerts", headers: credentialsOf("read") });
    const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === "request failed");
    expect(line).toMatchObject({ level: "error", err: { message: "could not accept", cause: { type: "Error" } } });
    expect(line.err.cause.message).toContain("/webhooks/123456789012345678/[redacted]");
    expect(lines.join("")).not.toContain("hook-token");
  });

  test("are no news for each request while the database is away, which is told once elsewhere", async () => {
    const { app, engine, lines } = createTestRelay();
    engine.failure = new TocsinError("Postgres is away", { code: "STORE_UNAVAILABLE", retryable: true });
    const response = await app.inject({ url: "/alerts", headers: credentialsOf("read") });
    expect([response.statusCode, response.json().error.code]).toEqual([503, "unavailable"]);
    const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === "request failed");
    expect(line).toMatchObject({ level: "debug", err: { code: "STORE_UNAVAILABLE" } });
  });

  test("no error code of the framework that a caller can provoke becomes a 5xx", () => {
    const provoked = Object.entries(errorCodes).filter(([code]) =>
      /^FST_ERR_(CTP_(BODY|INVALID_(MEDIA|CONTENT|JSON)|EMPTY_JSON)|BAD_URL|MAX_PARAM|NOT_FOUND|ASYNC_CONSTRAINT|VALIDATION)/.test(
        code,
      ),
    );
    expect(provoked.length).toBeGreaterThanOrEqual(10);
    for (const [code, FrameworkError] of provoked) {
      const problem = toProblem(new FrameworkError("x"));
      expect(problem.code, code).not.toMatch(/internal_error|unavailable/);
      expect(problem.message, code).not.toBe("The request could not be read.");
    }
  });
});
