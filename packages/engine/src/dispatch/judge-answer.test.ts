import type { Outcome, Reason } from "@tocsin/alert/plugin";
import type { DiscordOperation, MessageRef } from "@tocsin/discord-transport";
import { describe, expect, test } from "vitest";
import { asPost, entryOf, inThread, MESSAGE_ID } from "../../test/plan-states.ts";
import type { SealedCall, Step } from "../plan/sealed-call.ts";
import { judgeAnswer } from "./judge-answer.ts";

const MESSAGE = { content: "x" };
const SEND: DiscordOperation = { kind: "send", message: MESSAGE };
const EDIT: DiscordOperation = { kind: "edit", messageId: MESSAGE_ID, message: MESSAGE };
const EDIT_INSIDE: DiscordOperation = { ...EDIT, threadId: MESSAGE_ID };

const callOf = (step: Step, operation: DiscordOperation): SealedCall => ({ step, operation, face: "alert", shows: [] });
const rejected = (code: number, reason: Reason = "other"): Outcome<MessageRef> => ({
  kind: "rejected",
  reason,
  details: { status: 400, code },
});

const judge = (
  step: Step,
  operation: DiscordOperation,
  outcome: Outcome<MessageRef>,
  { entry = entryOf(), isStrict = false, wasUnarchived = false, mayBeDone = false } = {},
) => judgeAnswer({ call: callOf(step, operation), entry, isStrict, wasUnarchived, mayBeDone }, outcome);

test("what was delivered, may have been, or may be later stands as it is", () => {
  for (const outcome of [
    { kind: "delivered", value: { channelId: "1", messageId: "2" } },
    { kind: "unknown", reason: "answer-lost" },
    { kind: "retryable", reason: "rate-limited", retryAfterMs: 5 },
    { kind: "retryable", reason: "unreachable" },
  ] as const) {
    expect(judge("edit", EDIT, outcome)).toEqual({ kind: "settle" });
  }
});

describe("an edit", () => {
  test("of a message that is gone, or whose thread is, forgets the message", () => {
    expect(judge("edit", EDIT, rejected(10008))).toEqual({ kind: "forget" });
    expect(judge("edit", EDIT_INSIDE, rejected(10003))).toEqual({ kind: "forget" });
    expect(judge("edit", EDIT, rejected(10003))).toEqual({ kind: "settle" });
  });

  test("in the alert's own archived post opens that, once", () => {
    expect(judge("edit", EDIT_INSIDE, rejected(50083), { entry: asPost() })).toEqual({ kind: "open-thread" });
    expect(judge("edit", EDIT_INSIDE, rejected(50083), { entry: asPost({ threadState: "closed" }) })).toEqual({
      kind: "open-thread",
    });
    expect(judge("edit", EDIT_INSIDE, rejected(50083), { entry: asPost(), wasUnarchived: true })).toEqual({
      kind: "forget",
    });
    // What cannot be opened is left for a new post.
    expect(judge("edit", EDIT_INSIDE, rejected(50083), { entry: asPost({ threadState: "refused" }) })).toEqual({
      kind: "forget",
    });
  });

  test("in an archived thread that is not the alert's own forgets the message, since a new one opens the thread", () => {
    const shared = entryOf({ threadId: MESSAGE_ID });
    expect(judge("edit", EDIT_INSIDE, rejected(50083), { entry: shared })).toEqual({ kind: "forget" });
    expect(judge("edit", EDIT, rejected(50083))).toEqual({ kind: "settle" });
  });

  test("that is refused for the message's age is replied to, for as long as Discord says", () => {
    const limited = { kind: "retryable", reason: "rate-limited", details: { status: 429, code: 30046 } } as const;
    expect(judge("edit", EDIT, { ...limited, retryAfterMs: 9_000 })).toEqual({ kind: "reply", retryAfterMs: 9_000 });
    expect(judge("edit", EDIT, limited)).toEqual({ kind: "reply", retryAfterMs: 60_000 });
    expect(judge("edit", EDIT, { ...limited, retryAfterMs: 1 })).toEqual({ kind: "reply", retryAfterMs: 1_000 });
    expect(judge("post", SEND, limited)).toEqual({ kind: "settle" });
    // What it may show already, a reply beside it would show twice.
    expect(judge("edit", EDIT, limited, { mayBeDone: true })).toEqual({ kind: "settle" });
  });
});

test("a nonce that stands for a deleted message is given up, and the message made anew", () => {
  for (const step of ["post", "reply", "thread-note"] as const) {
    expect(judge(step, SEND, rejected(10008), { mayBeDone: true })).toEqual({ kind: "fresh" });
  }
  // A notice has told people before it was deleted.
  expect(judge("notice", SEND, rejected(10008), { mayBeDone: true })).toEqual({ kind: "skip" });
  // Never sent before: it stands for nothing, and another one would be answered the same, again and again.
  expect(judge("post", SEND, rejected(10008))).toEqual({ kind: "settle" });
  expect(judge("notice", SEND, rejected(10008))).toEqual({ kind: "skip" });
});

describe("a refused form", () => {
  test.each(["invalid-form", "too-large"] as const)("(%s) is rendered strictly, once", (reason) => {
    for (const step of ["post", "edit", "reply"] as const) {
      const operation = step === "edit" ? EDIT : SEND;
      expect(judge(step, operation, rejected(50035, reason))).toEqual({ kind: "strict" });
      expect(judge(step, operation, rejected(50035, reason), { isStrict: true })).toEqual({ kind: "settle" });
    }
  });
});

test("a shared message that is refused strictly too is left by whoever has news", () => {
  const shown = { subjectId: "a", revision: 1, told: null, followedBy: "nothing" } as const;
  const call: SealedCall = { ...callOf("edit", EDIT), shows: [shown, { ...shown, subjectId: "b" }] };
  const refused = rejected(50035, "invalid-form");
  const judged = { call, entry: entryOf(), wasUnarchived: false, mayBeDone: false };
  expect(judgeAnswer({ ...judged, isStrict: false }, refused)).toEqual({ kind: "strict" });
  expect(judgeAnswer({ ...judged, isStrict: true }, refused)).toEqual({ kind: "forget" });
});

test("a reply that needs a right that the bot does not have is sent as no reply", () => {
  const reply: DiscordOperation = { ...SEND, replyTo: MESSAGE_ID };
  for (const step of ["reply", "notice"] as const) {
    expect(judge(step, reply, rejected(160002))).toEqual({ kind: "strict" });
  }
  expect(judge("reply", SEND, rejected(160002), { isStrict: true })).toEqual({ kind: "settle" });
});

test("a missing permission is a refusal of the message, and only leaves out what goes along with it", () => {
  const forbidden = rejected(50013, "forbidden");
  for (const step of ["post", "edit", "reply"] as const) {
    expect(judge(step, step === "edit" ? EDIT : SEND, forbidden)).toEqual({ kind: "settle" });
  }
  const start: DiscordOperation = { kind: "start-thread", messageId: MESSAGE_ID, name: "x" };
  const update: DiscordOperation = { kind: "update-thread", threadId: MESSAGE_ID, archived: true };
  expect(judge("notice", SEND, forbidden)).toEqual({ kind: "skip" });
  expect(judge("start-thread", start, forbidden)).toEqual({ kind: "skip" });
  expect(judge("thread-note", { ...SEND, threadId: MESSAGE_ID }, rejected(10003), { entry: inThread() })).toEqual({
    kind: "skip",
  });
  for (const step of ["open-thread", "tag-thread", "close-thread"] as const) {
    expect(judge(step, update, forbidden)).toEqual({ kind: "skip" });
  }
});

test("a thread that is one too many is left out, and holds up no message", () => {
  const full: Outcome<MessageRef> = { kind: "retryable", reason: "other", details: { status: 400, code: 160006 } };
  const start: DiscordOperation = { kind: "start-thread", messageId: MESSAGE_ID, name: "x" };
  expect(judge("start-thread", start, full)).toEqual({ kind: "skip" });
  // Of a forum the post is the message.
  expect(judge("post", { ...SEND, threadName: "x" }, full)).toEqual({ kind: "settle" });
});
