import type { Outcome } from "@tocsin/alert/plugin";
import { describe, expect, test } from "vitest";
import type { HttpExchange } from "./http-exchange.ts";
import { toAnswer, toOutcome } from "./outcome.ts";
import type { DiscordOperation, MessageRef } from "./transport.ts";

const SEND = { kind: "send", message: { content: "x" } } as const;
const EDIT: DiscordOperation = { kind: "edit", messageId: "345", message: { content: "x" } };
const DELETE: DiscordOperation = { kind: "delete", messageId: "345" };
const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const CONTEXT = { secrets: [TOKEN], now: 0 };
const PLACE = { kind: "place", method: "POST", path: "/webhooks/1/t", query: {}, template: "/webhooks" } as const;

const answered = (status: number, body: unknown, headers: Record<string, string> = {}): HttpExchange => ({
  kind: "answered",
  status,
  headers,
  body: typeof body === "string" || body === null ? body : JSON.stringify(body),
});
const judge = (
  result: HttpExchange,
  operation: DiscordOperation = SEND,
  threadId: string | null = null,
): Outcome<MessageRef> => toOutcome(operation, { ...PLACE, channelId: threadId ?? "", threadId }, result, CONTEXT);

describe("delivered", () => {
  const MESSAGE = { id: "345", channel_id: "678" };

  test("when the answer holds the message", () => {
    const delivered = { kind: "delivered", value: { channelId: "678", messageId: "345" } };
    expect(judge(answered(200, MESSAGE))).toEqual(delivered);
    expect(judge(answered(200, MESSAGE), EDIT)).toEqual(delivered);
  });

  test("with the thread, when the message is in one", () => {
    const value = { channelId: "678", messageId: "345", threadId: "678" };
    expect(judge(answered(200, MESSAGE), SEND, "678")).toEqual({ kind: "delivered", value });
    expect(judge(answered(200, MESSAGE), { ...SEND, threadName: "post" })).toEqual({ kind: "delivered", value });
  });

  test("when a message is deleted, or was already", () => {
    const value = { channelId: "678", messageId: "345", threadId: "678" };
    expect(judge(answered(204, ""), DELETE, "678")).toEqual({ kind: "delivered", value });
    expect(judge(answered(404, { code: 10008 }), DELETE, "678")).toEqual({ kind: "delivered", value });
    expect(judge(answered(204, null), DELETE)).toEqual({
      kind: "delivered",
      value: { channelId: "", messageId: "345" },
    });
  });
});

describe("unknown", () => {
  test.each(["", "<html>", "[]", "null", '{"id":"1"}', '{"id":1,"channel_id":2}', null])(
    "when a success holds no message: %j",
    (body) => {
      expect(judge(answered(200, body))).toMatchObject({ kind: "unknown", reason: "answer-lost" });
      expect(judge(answered(200, body), EDIT)).toMatchObject({ kind: "unknown", reason: "answer-lost" });
    },
  );

  test.each([
    ["broken", "answer-lost"],
    ["aborted", "answer-lost"],
    ["timeout", "timeout"],
  ] as const)("when the answer was lost: %s", (why, reason) => {
    for (const operation of [SEND, EDIT, DELETE]) {
      expect(judge({ kind: "lost", why, code: "X" }, operation)).toEqual({
        kind: "unknown",
        reason,
        details: { code: "X" },
      });
    }
  });

  test.each([500, 502, 504, 520, 522, 524, 599])(
    "when the server fails at an unknown point of a send: %i",
    (status) => {
      expect(judge(answered(status, "<html>"))).toEqual({
        kind: "unknown",
        reason: "server-error",
        details: { status },
      });
    },
  );
});

describe("retryable", () => {
  test.each(["unreachable", "aborted", "timeout", "expired"] as const)("when nothing was sent: %s", (why) => {
    expect(judge({ kind: "not-sent", why, code: "X" })).toEqual({
      kind: "retryable",
      reason: why,
      details: { code: "X" },
    });
  });

  test("but not when a 503 breaks off before it says why", () => {
    expect(judge(answered(503, null))).toMatchObject({ kind: "unknown", reason: "server-error" });
  });

  test("when the server refuses before it works", () => {
    expect(judge(answered(503, ""))).toMatchObject({ kind: "retryable", reason: "server-error" });
    expect(judge(answered(500, { code: 130000 }))).toMatchObject({ kind: "retryable", reason: "server-error" });
  });

  test.each([
    ["overflow", "retryable"],
    ["connection failure", "retryable"],
    ["remote connection failure, transport failure reason: delayed connect error: 111", "retryable"],
    ["connection termination", "unknown"],
    ["remote reset", "unknown"],
  ])("when the proxy in front did not forward it: reset reason %s is %s", (reason, kind) => {
    const body = `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`;
    expect(judge(answered(503, body))).toMatchObject({ kind, reason: "server-error" });
    expect(judge(answered(503, body), EDIT)).toMatchObject({ kind: "retryable" });
  });

  test.each([500, 502, 503, 504])("when an edit or a delete meets a failing server: %i", (status) => {
    expect(judge(answered(status, ""), EDIT)).toMatchObject({ kind: "retryable", reason: "server-error" });
    expect(judge(answered(status, ""), DELETE)).toMatchObject({ kind: "retryable", reason: "server-error" });
  });

  test.each([
    [301, ""],
    [302, "<html>"],
    [308, { location: "https://login.example" }],
    [401, "<html>"],
    [403, "<html>error code: 1020"],
    [403, { code: "1020" }],
    [404, ""],
    [404, null],
    [407, { message: "Proxy Authentication Required" }],
  ])("when something in front of Discord answers instead of it: %i %j", (status, body) => {
    for (const operation of [SEND, EDIT, DELETE]) {
      expect(judge(answered(status, body), operation)).toMatchObject({
        kind: "retryable",
        reason: "server-error",
        details: { status },
      });
    }
  });

  test("when Discord asks to wait, with everything that a limiter needs", () => {
    const headers = { via: "1.1 google", "retry-after": "2", "x-ratelimit-scope": "shared" };
    const body = { message: "The resource is being rate limited.", retry_after: 1.5, global: false, code: 20028 };
    expect(judge(answered(429, body, headers))).toEqual({
      kind: "retryable",
      reason: "rate-limited",
      retryAfterMs: 2_000,
      details: { status: 429, code: 20028, message: body.message, kind: "limited", scope: "shared", global: false },
    });
  });

  test("when the address is blocked in front of Discord, for a minute at least", () => {
    expect(judge(answered(429, "error code: 1015", { server: "cloudflare" }))).toEqual({
      kind: "retryable",
      reason: "rate-limited",
      retryAfterMs: 60_000,
      details: { status: 429, kind: "blocked", scope: null, global: false },
    });
  });
});

describe("rejected", () => {
  test("with Discord's own words", () => {
    const errors = {
      embeds: {
        0: { title: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "Must be 256 or fewer in length." }] } },
      },
    };
    const body = { code: 50035, message: "Invalid Form Body", errors };
    expect(judge(answered(400, body))).toEqual({
      kind: "rejected",
      reason: "invalid-form",
      details: { status: 400, ...body },
    });
  });

  test.each([
    [302, { code: 0 }, "other"],
    [400, "", "invalid-form"],
    [401, { code: 0, message: "401: Unauthorized" }, "unauthorized"],
    [401, { code: 50027 }, "unauthorized"],
    [403, { code: 0 }, "forbidden"],
    [403, { code: 50013 }, "forbidden"],
    [404, { code: 0 }, "target-gone"],
    [404, { code: 10015 }, "target-gone"],
    [404, { code: 10008 }, "target-gone"],
    [405, "", "other"],
    [407, { code: 0 }, "other"],
    [413, { code: 40005 }, "too-large"],
    [413, "<html>", "too-large"],
    [400, { code: 200000 }, "other"],
    [418, { code: 987654 }, "other"],
  ] as const)("%i %j is %s", (status, body, reason) => {
    expect(judge(answered(status, body))).toMatchObject({ kind: "rejected", reason });
  });

  test("when the webhook is gone, also for a delete", () => {
    expect(judge(answered(404, { code: 10015 }), DELETE)).toMatchObject({ kind: "rejected", reason: "target-gone" });
    expect(judge(answered(403, { code: 10008 }), DELETE)).toMatchObject({ kind: "rejected" });
  });

  test("masks the token wherever the other side repeats it, and keeps sizes bounded", () => {
    const body = {
      code: 0,
      message: `Cannot POST /api/v10/webhooks/1/${TOKEN} (${TOKEN}) ${"x".repeat(10_000)}`,
      errors: { [TOKEN]: Array.from({ length: 1_000 }, () => TOKEN) },
    };
    const text = JSON.stringify(judge(answered(400, body)));
    expect(text).not.toContain(TOKEN);
    expect(text).toContain("Cannot POST /api/v10/webhooks/1/[redacted]");
    expect(text.length).toBeLessThan(3_000);
  });
});

describe("threads and reactions", () => {
  const START: DiscordOperation = { kind: "start-thread", messageId: "345", name: "x" };
  const UPDATE: DiscordOperation = { kind: "update-thread", threadId: "345", archived: true };
  const REACT: DiscordOperation = { kind: "react", messageId: "345", emoji: "👍" };
  const thread = { kind: "delivered", value: { channelId: "345", messageId: "345", threadId: "345" } };

  test("a thread is where its first message is", () => {
    expect(judge(answered(201, { id: "345", parent_id: "678" }), START)).toEqual(thread);
    expect(judge(answered(200, { id: "345" }), UPDATE, "345")).toEqual(thread);
    expect(judge(answered(400, { code: 160004 }), START)).toEqual(thread);
    expect(judge(answered(400, { code: 160004 }), UPDATE)).toMatchObject({ kind: "rejected" });
  });

  test("a thread that is to be closed and is archived already is delivered; any other change of it is not", () => {
    expect(judge(answered(400, { code: 50083 }), UPDATE)).toEqual(thread);
    const rename = { kind: "update-thread", threadId: "345", name: "x" } as const;
    expect(judge(answered(400, { code: 50083 }), rename)).toMatchObject({ kind: "rejected" });
  });

  test("a post is delivered when its message is there too", () => {
    const post: DiscordOperation = { ...SEND, threadName: "x" };
    expect(judge(answered(201, { id: "345", message: { id: "345", channel_id: "345" } }), post)).toEqual(thread);
    for (const message of [undefined, null, {}, "345"]) {
      expect(judge(answered(201, { id: "345", message }), post)).toMatchObject({ kind: "unknown" });
    }
  });

  test("a thread without a message is a refusal: the channel is no forum, and another call would make another one", () => {
    const post: DiscordOperation = { ...SEND, threadName: "x" };
    const thread = { id: "345", type: 12, thread_metadata: { archived: false } };
    expect(judge(answered(201, thread), post)).toMatchObject({ kind: "rejected", reason: "unsupported" });
    expect(judge(answered(201, thread), SEND)).toMatchObject({ kind: "unknown" });
  });

  test("a reaction is delivered by any success", () => {
    expect(judge(answered(204, ""), REACT, "678")).toEqual({
      kind: "delivered",
      value: { channelId: "678", messageId: "345", threadId: "678" },
    });
  });

  test.each([500, 502, 504])(
    "may be done again after a %i, and not while nobody knows whether they ended",
    (status) => {
      for (const operation of [START, UPDATE, REACT]) {
        expect(judge(answered(status, ""), operation)).toMatchObject({ kind: "retryable", reason: "server-error" });
        expect(judge({ kind: "lost", why: "broken", code: "X" }, operation)).toMatchObject({ kind: "unknown" });
      }
      expect(judge(answered(201, "<html>"), START)).toMatchObject({ kind: "unknown", reason: "answer-lost" });
    },
  );
});

describe("a question", () => {
  const ask = (result: HttpExchange) => toAnswer((body) => (body === "[1]" ? [1] : null), result, CONTEXT);

  test("gives what was read", () => {
    expect(ask(answered(200, "[1]"))).toEqual({ kind: "delivered", value: [1] });
  });

  test("can be asked again, however it ended without an answer", () => {
    expect(ask(answered(200, "<html>"))).toMatchObject({ kind: "retryable", reason: "answer-lost" });
    expect(ask(answered(200, null))).toMatchObject({ kind: "retryable", reason: "answer-lost" });
    expect(ask({ kind: "lost", why: "broken", code: "X" })).toMatchObject({ kind: "retryable", reason: "answer-lost" });
    expect(ask({ kind: "lost", why: "timeout", code: "X" })).toMatchObject({ kind: "retryable", reason: "timeout" });
    expect(ask(answered(502, ""))).toMatchObject({ kind: "retryable", reason: "server-error" });
    expect(ask(answered(404, { code: 10003 }))).toMatchObject({ kind: "rejected", reason: "target-gone" });
  });
});
