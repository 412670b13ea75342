import { assert, asyncProperty, constantFrom, dictionary, json, oneof, record, string, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { createTestRelay } from "./create-test-relay.ts";
import { credentialsOf } from "./fake-engine.ts";

const anything = json().map((text) => JSON.parse(text) as unknown);

const paths = oneof(
  constantFrom(
    "/alerts",
    "/alerts/alt_1",
    "/alerts/",
    "/alerts//",
    "/healthz",
    "/docs/static/..%2f..",
    "//",
    "/%00",
    "/%",
  ),
  string({ unit: "binary-ascii", maxLength: 40 }).map((text) => `/alerts/${text}`),
  string({ maxLength: 40 }).map((text) => `/alerts?${text}`),
  dictionary(
    constantFrom("page", "per_page", "status", "severity", "monitor_id", "x"),
    string({ unit: "grapheme", maxLength: 20 }),
  ).map((query) => `/alerts?${new URLSearchParams(query)}`),
);

const headerValue = string({ unit: constantFrom(...'abc :,;="\\/*()<>@[]{}\t0189~'), maxLength: 60 });

const requests = record({
  method: constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"),
  url: paths,
  headers: record(
    {
      "content-type": oneof(
        constantFrom("application/json", "application/json; charset=utf-16", "text/plain"),
        headerValue,
      ),
      "idempotency-key": headerValue,
      traceparent: oneof(constantFrom("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), headerValue),
      baggage: headerValue,
      authorization: oneof(constantFrom("Bearer key_admin:tsk_right-secret"), headerValue),
      accept: headerValue,
      "x-forwarded-for": headerValue,
      "content-encoding": constantFrom("gzip", "identity"),
    },
    { requiredKeys: [] },
  ),
  body: oneof(
    json().map((text) => Buffer.from(text)),
    uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  ),
  isKnown: constantFrom(true, true, false),
});

const alerts = record({
  title: string({ unit: "binary", minLength: 1, maxLength: 20 }),
  rest: dictionary(
    constantFrom(
      "message",
      "severity",
      "context",
      "links",
      "channels",
      "dedup_key",
      "occurred_at",
      "threshold",
      "status",
    ),
    oneof(anything, string({ unit: "binary" }), dictionary(string(), oneof(string(), anything))),
    { maxKeys: 2 },
  ),
}).map(({ title, rest }) => JSON.stringify({ title, ...rest }));

test("no request makes the relay fail, and every refusal has the envelope", async () => {
  const { app } = createTestRelay();
  const statuses = new Set<number>();
  await assert(
    asyncProperty(requests, async ({ method, url, headers, body, isKnown }) => {
      const credentials = isKnown ? credentialsOf("admin") : {};
      const payload = method === "GET" || method === "HEAD" ? {} : { payload: body };
      const response = await app.inject({ method, url, headers: { ...headers, ...credentials }, ...payload } as object);
      statuses.add(response.statusCode);
      expect(response.statusCode, response.body).toBeLessThan(500);
      if (response.statusCode >= 400 && method !== "HEAD") {
        expect(response.json().error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      }
    }),
    { numRuns: 400 },
  );
  // It would say little if every request were turned away at the same door.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404]));
});

test("every alert-shaped body is taken or refused with its mistakes", async () => {
  const { app, engine } = createTestRelay();
  const headers = { ...credentialsOf("send"), "content-type": "application/json" };
  const statuses = new Set<number>();
  await assert(
    asyncProperty(alerts, async (payload) => {
      const response = await app.inject({ method: "POST", url: "/alerts", headers, payload });
      statuses.add(response.statusCode);
      expect([200, 201, 400], response.body).toContain(response.statusCode);
      if (response.statusCode === 201) expect(response.json().data.id).toBe(engine.accepted.at(-1)?.id);
    }),
    { numRuns: 300 },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([201, 400]));
});
