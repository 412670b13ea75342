import { describe, expect, test } from "vitest";
import { asPost, entryOf, inThread, MESSAGE_ID, NOW } from "../../test/plan-states.ts";
import { entryAfter, entryAfterRefusal } from "./entry-after.ts";
import type { SealedCall, Shown, Step } from "./sealed-call.ts";

const shown: Shown = {
  subjectId: "alt_1",
  revision: 2,
  told: { severity: "critical", status: "active" },
  followedBy: "nothing",
};
const REF = { channelId: "100000000000000001", messageId: "200000000000000009" };
const SAME = { channelId: "100000000000000001", messageId: MESSAGE_ID };
const answered = { laneId: "alerts", ref: REF, nowMs: NOW, possibleDuplicateCount: 0 };

const callOf = (step: Step, more: Partial<SealedCall> = {}): SealedCall => ({
  step,
  operation: { kind: "send", message: { content: "x" } },
  face: "alert",
  shows: [shown],
  ...more,
});

describe("a delivered post", () => {
  test("is the message from now on, its place among those that share it kept", () => {
    const shows = [{ ...shown, subjectId: "alt_0" }, shown];
    expect(entryAfter(undefined, callOf("post", { shows }), shown, answered)).toEqual({
      ...entryOf({ ...REF, revision: 2, sentAt: NOW, postedAt: NOW, toldSeverity: "critical" }),
      position: 1,
      memberCount: 2,
    });
  });

  test("recorded twice changes nothing; another message adds what may stand twice", () => {
    const doubled = { ...answered, possibleDuplicateCount: 1 };
    const once = entryAfter(undefined, callOf("post"), shown, doubled);
    const later = { ...doubled, nowMs: NOW + 5 };
    expect(entryAfter(once, callOf("post"), shown, later)).toEqual(once);
    const anew = entryAfter(once, callOf("post"), shown, { ...later, ref: SAME });
    expect(anew).toMatchObject({ possibleDuplicateCount: 2, sentAt: NOW, postedAt: NOW + 5 });
  });

  test("in a forum is a thread of the alert's own, with its tags", () => {
    const operation = { kind: "send", message: { content: "x" }, threadName: "disk" } as const;
    const ref = { channelId: "9", messageId: "9", threadId: "9" };
    const after = entryAfter(undefined, callOf("post", { operation, threadTags: "1 2" }), shown, { ...answered, ref });
    expect(after).toMatchObject({ threadId: "9", ownThreadId: "9", threadState: "open", threadTags: "1 2" });
  });
});

test("a reply takes the message's place and keeps its thread", () => {
  const after = entryAfter(inThread({ toldSeverity: "info" }), callOf("reply"), shown, answered);
  expect(after).toMatchObject({ ...REF, revision: 2, ownThreadId: MESSAGE_ID, threadState: "open", memberCount: 1 });
});

test("an edit changes what its message shows, and nothing of a subject that another message shows by now", () => {
  const edit = callOf("edit");
  expect(entryAfter(entryOf(), edit, shown, { ...answered, ref: SAME })).toEqual(
    entryOf({ revision: 2, toldSeverity: "critical" }),
  );
  expect(entryAfter(entryOf(), edit, shown, answered)).toBeUndefined();
  expect(entryAfter(undefined, edit, shown, answered)).toBeUndefined();
  expect(entryAfter(entryOf({ revision: 3 }), edit, shown, { ...answered, ref: SAME })?.revision).toBe(3);
});

test("an edit after which people are told leaves to that what they know", () => {
  const untold = { ...shown, told: null };
  const after = entryAfter(entryOf({ toldSeverity: "warn" }), callOf("edit"), untold, { ...answered, ref: SAME });
  expect(after).toEqual(entryOf({ revision: 2, toldSeverity: "warn" }));
});

test.each([
  ["start-thread", entryOf(), { ownThreadId: REF.messageId, threadState: "open" }],
  ["notice", entryOf(), { toldSeverity: "critical", messageId: MESSAGE_ID }],
  ["thread-note", inThread({ threadState: "closed" }), { toldSeverity: "critical", threadState: "open" }],
  ["open-thread", asPost({ threadState: "closed" }), { threadState: "open", toldSeverity: "info" }],
  ["close-thread", inThread(), { threadState: "closed" }],
] as const)("a delivered %s", (step, entry, expected) => {
  expect(entryAfter(entry, callOf(step), shown, answered)).toMatchObject({ revision: 1, ...expected });
});

test("a refusal beside the message is final: the notice counts as given, the thread is left alone", () => {
  expect(entryAfterRefusal(entryOf(), callOf("notice"), shown)).toEqual(entryOf({ toldSeverity: "critical" }));
  for (const step of ["start-thread", "thread-note", "open-thread", "tag-thread", "close-thread"] as const) {
    expect(entryAfterRefusal(inThread(), callOf(step), shown)).toEqual(inThread({ threadState: "refused" }));
  }
});
