import { describe, expect, test } from "vitest";
import { createTestRelay } from "./create-test-relay.ts";
import { credentialsOf } from "./fake-engine.ts";

const SEND = credentialsOf("send");
const READ = credentialsOf("read");

const SEED = {
  monitor_id: "mon_123",
  type: "down",
  message: "Website is down",
  channels: ["email"],
  threshold: { value: 1000, operator: ">", duration: 300 },
};

describe("POST /alerts", () => {
  test("answers 201 with the normalised alert under its wire names", async () => {
    const { app } = createTestRelay();
    const response = await app.inject({ method: "POST", url: "/alerts", headers: SEND, payload: SEED });
    expect(response.statusCode).toBe(201);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.json()).toEqual({
      data: {
        id: "alt_1",
        monitor_id: "mon_123",
        type: "down",
        severity: "critical",
        status: "active",
        title: "Website is down",
        message: "Website is down",
        context: {},
        threshold: { value: 1000, operator: ">", duration: 300 },
        created_at: "2024-01-01T00:00:00.000Z",
        updated_at: "2024-01-01T00:00:00.000Z",
        resolved_at: null,
        revision: 1,
      },
    });
  });

  test("answers 200 when an active alert with the same dedup_key was updated", async () => {
    const { app } = createTestRelay();
    const post = (title: string) =>
      app.inject({ method: "POST", url: "/alerts", headers: SEND, payload: { title, dedup_key: "disk" } });
    expect((await post("91 %")).statusCode).toBe(201);
    const second = await post("95 %");
    expect(second.statusCode).toBe(200);
    expect(second.json().data).toMatchObject({ id: "alt_1", title: "95 %", revision: 2 });
  });

  test("answers a repeated Idempotency-Key with the first result and says so", async () => {
    const { app, engine } = createTestRelay();
    const headers = { ...SEND, "idempotency-key": "k-1" };
    const first = await app.inject({ method: "POST", url: "/alerts", headers, payload: SEED });
    const second = await app.inject({ method: "POST", url: "/alerts", headers, payload: SEED });
    expect(first.headers).not.toHaveProperty("idempotency-replayed");
    expect(second.statusCode).toBe(201);
    expect(second.headers["idempotency-replayed"]).toBe("true");
    expect(second.body).toBe(first.body);
    expect(engine.accepted).toHaveLength(1);
  });

  test("refuses an Idempotency-Key that was used with another alert", async () => {
    const { app } = createTestRelay();
    const headers = { ...SEND, "idempotency-key": "k-1" };
    await app.inject({ method: "POST", url: "/alerts", headers, payload: { title: "one" } });
    const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: { title: "two" } });
    expect(response.statusCode).toBe(422);
    expect(response.json().error.code).toBe("idempotency_mismatch");
  });

  test.each(["", "two words", "k".repeat(256), "grün", "a, b"])("refuses the Idempotency-Key %j", async (key) => {
    const { app, engine } = createTestRelay();
    const headers = { ...SEND, "idempotency-key": key };
    const response = await app.inject({ method: "POST", url: "/alerts", headers, payload: { title: "x" } });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({
      code: "invalid_request",
      message: "idempotency-key: expected 1 to 255 visible ASCII characters.",
      details: [{ found: expect.any(String), expected: "1 to 255 visible ASCII characters" }],
    });
    expect(engine.accepted).toHaveLength(0);
  });

  test("lists every mistake of an alert", async () => {
    const { app, engine } = createTestRelay();
    const payload = { titel: "x", severity: "kritical" };
    const response = await app.inject({ method: "POST", url: "/alerts", headers: SEND, payload });
    expect(response.statusCode).toBe(400);
    const { error } = response.json();
    expect(error.code).toBe("invalid_request");
    expect(error.details.map((issue: { path: string }) => issue.path)).toEqual(["/titel", "/severity"]);
    for (const issue of error.details) {
      expect(issue).toEqual({
        path: expect.any(String),
        found: expect.any(String),
        expected: expect.any(String),
        message: expect.any(String),
      });
    }
    expect(engine.accepted).toHaveLength(0);
  });

  test("names the channels that exist when one does not", async () => {
    const { app } = createTestRelay();
    const payload = { title: "x", channels: ["alerts", "nowhere"] };
    const response = await app.inject({ method: "POST", url: "/alerts", headers: SEND, payload });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({
      code: "invalid_request",
      message: '/channels/1: there is no channel "nowhere"; known are alerts, email.',
      details: [{ path: "/channels/1", found: '"nowhere"', expected: "one of: alerts, email" }],
    });
  });
});

describe("GET /alerts", () => {
  async function relayWithAlerts(count: number) {
    const relay = createTestRelay();
    for (let index = 1; index <= count; index += 1) {
      const payload = {
        title: `alert ${index}`,
        severity: index % 2 ? "warn" : "critical",
        monitor_id: `mon_${index}`,
      };
      await relay.app.inject({ method: "POST", url: "/alerts", headers: SEND, payload });
    }
    return relay;
  }

  test("answers 20 a page, newest first, unless asked otherwise", async () => {
    const { app } = await relayWithAlerts(25);
    const first = await app.inject({ url: "/alerts", headers: READ });
    expect(first.statusCode).toBe(200);
    expect(first.json().meta).toEqual({ page: 1, per_page: 20, total: 25 });
    expect(first.json().data).toHaveLength(20);
    expect(first.json().data[0].title).toBe("alert 25");
    const last = await app.inject({ url: "/alerts?page=3&per_page=10", headers: READ });
    expect(last.json().meta).toEqual({ page: 3, per_page: 10, total: 25 });
    expect(last.json().data.map((alert: { id: string }) => alert.id)).toEqual([
      "alt_5",
      "alt_4",
      "alt_3",
      "alt_2",
      "alt_1",
    ]);
  });

  test("filters by status, severity and monitor", async () => {
    const { app } = await relayWithAlerts(4);
    const titles = async (query: string) =>
      (await app.inject({ url: `/alerts?${query}`, headers: READ }))
        .json()
        .data.map((alert: { title: string }) => alert.title);
    expect(await titles("severity=critical")).toEqual(["alert 4", "alert 2"]);
    expect(await titles("monitor_id=mon_3")).toEqual(["alert 3"]);
    expect(await titles("status=resolved")).toEqual([]);
    expect(await titles("status=active&severity=warn&per_page=1")).toEqual(["alert 3"]);
  });

  test.each([
    "page=0",
    "page=-1",
    "page=1.0",
    "page=1e2",
    "page=+1",
    "page=01",
    "page=",
    "page=one",
    "page=1&page=2",
    "page=9007199254740993",
    "page=1000001",
    "per_page=0",
    "per_page=101",
    "per_page=%31%30%31",
    "status=open",
    "status=",
    "severity=CRITICAL",
    "monitor_id=",
    "monitor_id=a%00b",
    `monitor_id=${"m".repeat(257)}`,
    "pages=1",
    "page[]=1",
    "__proto__=1",
  ])("refuses ?%s instead of guessing", async (query) => {
    const { app } = createTestRelay();
    const response = await app.inject({ url: `/alerts?${query}`, headers: READ });
    expect(response.statusCode).toBe(400);
    expect(response.json().error.code).toBe("invalid_request");
    expect(response.json().error.details.length).toBeGreaterThan(0);
  });

  test("does not answer a long query with a far longer list", async () => {
    const { app } = createTestRelay();
    const query = Array.from({ length: 1000 }, (_, index) => `k${index}=1`).join("&");
    const response = await app.inject({ url: `/alerts?${query}`, headers: READ });
    expect(response.statusCode).toBe(400);
    expect(response.json().error.details).toHaveLength(20);
  });

  test("says which value is wrong and what would be right", async () => {
    const { app } = createTestRelay();
    const response = await app.inject({ url: "/alerts?per_page=1000", headers: READ });
    expect(response.json().error).toEqual({
      code: "invalid_request",
      message: "per_page: expected a whole number from 1 to 100, found 1000.",
      details: [
        {
          path: "/per_page",
          found: "1000",
          expected: "a whole number from 1 to 100",
          message: "per_page: expected a whole number from 1 to 100, found 1000.",
        },
      ],
    });
  });
});

describe("GET /alerts/:id", () => {
  test("shows what every destination has of the alert", async () => {
    const { app, engine } = createTestRelay();
    await app.inject({ method: "POST", url: "/alerts", headers: SEND, payload: SEED });
    engine.notifications = [
      {
        channel: "discord",
        status: "delivered",
        sentAt: Date.UTC(2024, 0, 1, 0, 0, 5),
        destination: "alerts",
        channelId: "11",
        messageId: "22",
        threadId: "33",
        possibleDuplicateCount: 1,
      },
      { channel: "email", status: "skipped", sentAt: null },
      { channel: "discord", status: "failed", sentAt: null, reason: "target-gone", details: { code: 10015 } },
      { channel: "discord", status: "failed", sentAt: null, reason: "timeout", mayBeDelivered: true },
    ];
    const response = await app.inject({ url: "/alerts/alt_1", headers: READ });
    expect(response.statusCode).toBe(200);
    expect(response.json().data).toMatchObject({ id: "alt_1", resolved_at: null });
    expect(response.json().data.notifications).toEqual([
      {
        channel: "discord",
        status: "delivered",
        sent_at: "2024-01-01T00:00:05.000Z",
        destination: "alerts",
        channel_id: "11",
        message_id: "22",
        thread_id: "33",
        possible_duplicate_count: 1,
      },
      { channel: "email", status: "skipped", sent_at: null },
      { channel: "discord", status: "failed", sent_at: null, reason: "target-gone", details: { code: 10015 } },
      { channel: "discord", status: "failed", sent_at: null, reason: "timeout", may_be_delivered: true },
    ]);
  });

  test.each(["alt_2", "a%00b", "..%2f..", "%F0%9F%94%94", "a'%20or%201=1", "a".repeat(65), "a".repeat(500)])(
    "answers alert_not_found for %s",
    async (id) => {
      const { app } = createTestRelay();
      const response = await app.inject({ url: `/alerts/${id}`, headers: READ });
      expect(response.statusCode).toBe(404);
      expect(["alert_not_found", "not_found"]).toContain(response.json().error.code);
    },
  );
});
