import { BOT_CAPABILITIES } from "@tocsin/discord-transport";
import { describe, expect, test } from "vitest";
import { shownTitles } from "../../test/harness.ts";
import { asPost, entryOf, inThread, NOW, planInputOf, recordOf } from "../../test/plan-states.ts";
import { type PlannedSend, planLane } from "./plan-lane.ts";

const many = (count: number, alert: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => recordOf({ title: `alert ${index}`, ...alert }, { id: `alt_${index}` }));
const titles = ({ call }: PlannedSend) =>
  shownTitles(call === null ? [] : [{ operation: call.operation, options: { nonce: "" } }]);
const contentOf = ({ call }: PlannedSend) => (call?.operation.kind === "send" ? call.operation.message.content : null);
const subjectsOf = ({ covers }: PlannedSend) => covers.map(({ delivery }) => delivery.subjectId);

describe("new messages", () => {
  test("stand alone while Discord lets as many through, and share messages when more wait", () => {
    expect(planLane(planInputOf(many(5))).sends.map(titles)).toEqual(many(5).map(({ alert }) => [alert.title]));
    const { sends } = planLane(planInputOf(many(23)));
    expect(sends.map((send) => titles(send).length)).toEqual([10, 10, 3]);
    expect(sends.flatMap(titles)).toEqual(many(23).map(({ alert }) => alert.title));
    expect(sends.flatMap(subjectsOf)).toEqual(many(23).map(({ id }) => id));
  });

  test("share 6,000 characters at most, uncut", () => {
    const { sends } = planLane(planInputOf(many(8, { message: "x".repeat(1_900) })));
    expect(sends.map((send) => titles(send).length)).toEqual([3, 3, 2]);
    expect(JSON.stringify(sends).match(/x{1900}/g)).toHaveLength(8);
  });

  test.each([
    { name: "that ask for a decision", records: many(8, { action: "restart" }), options: {} },
    { name: "where it is switched off", records: many(8), options: { pack: false } },
    { name: "with threads", records: many(8), options: {}, capabilities: BOT_CAPABILITIES },
  ])("$name stand alone, however many wait", ({ records, options, capabilities }) => {
    const { sends } = planLane(planInputOf(records, [], { options, ...(capabilities ? { capabilities } : {}) }));
    expect(sends.map((send) => subjectsOf(send).length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test("share a message only with those that ping the same people", () => {
    const records = [
      ...many(4),
      ...many(4, { severity: "critical" }).map((record) => ({ ...record, id: `c${record.id}` })),
    ];
    const mentions = { roles: ["300000000000000001"], minSeverity: "critical" } as const;
    const { sends } = planLane(planInputOf(records, [], { options: { mentions } }));
    expect(sends.map(contentOf)).toEqual([undefined, "<@&300000000000000001>"]);
  });

  test("ping those whom one of them pings, also behind one that is resolved already", () => {
    const mentions = { roles: ["300000000000000001"] } as const;
    const over = many(3, { status: "resolved" }).map((record) => ({ ...record, id: `r${record.id}` }));
    const { sends } = planLane(planInputOf([...over, ...many(3)], [], { options: { mentions } }));
    expect(sends.map((send) => [titles(send).length, contentOf(send)])).toEqual([
      [3, undefined],
      [3, "<@&300000000000000001>"],
    ]);
  });

  test("are folded into a list where a route asks for it and enough wait, but never critical ones", () => {
    const options = { digest: { minCount: 10 } };
    const records = [...many(12), recordOf({ severity: "critical" }, { id: "alt_c" })];
    const { sends } = planLane(planInputOf(records, [], { options }));
    expect(sends.map(({ call, covers }) => [call?.face, covers.length])).toEqual([
      ["digest", 12],
      ["alert", 1],
    ]);
    expect(JSON.stringify(sends[0]?.call?.operation)).toContain("alert 11");
    expect(planLane(planInputOf(many(9), [], { options })).sends.every(({ call }) => call?.face === "alert")).toBe(
      true,
    );
  });

  test("one that cannot be rendered takes no other with it", () => {
    const records = many(7);
    const broken = { ...records[3], createdAt: Number.NaN, alert: { ...records[3]?.alert, title: null } } as never;
    const { sends } = planLane(planInputOf(records.with(3, broken)));
    expect(sends.filter(({ call }) => call === null).map(subjectsOf)).toEqual([["alt_3"]]);
    expect(sends.flatMap(titles)).toHaveLength(6);
  });
});

describe("a shared message", () => {
  const records = many(3).map((record, index) => (index === 1 ? { ...record, revision: 2 } : record));
  const entries = records.map(({ id }, position) => entryOf({ subjectId: id, position, memberCount: 3 }));

  test("is edited whole, in its order, for whoever has news", () => {
    const { sends } = planLane(planInputOf(records, entries.toReversed(), { due: [records[1] as never] }));
    expect(sends.map(titles)).toEqual([["alert 0", "alert 1", "alert 2"]]);
    expect(sends.map(subjectsOf)).toEqual([["alt_1"]]);
    expect(sends[0]?.call?.shows.map(({ subjectId, revision }) => [subjectId, revision])).toEqual([
      ["alt_0", 1],
      ["alt_1", 2],
      ["alt_2", 1],
    ]);
  });

  test("is edited once for all that have news", () => {
    const newer = records.map((record) => ({ ...record, revision: 3 }));
    const { sends } = planLane(planInputOf(newer, entries));
    expect(sends.map(subjectsOf)).toEqual([["alt_0", "alt_1", "alt_2"]]);
  });

  test("waits while the answer to an earlier edit is not known, which would else come after this one", () => {
    const due = [records[1] as never];
    const plan = planLane(planInputOf(records, entries, { due, sealed: new Set(["alt_2"]) }));
    expect(plan).toEqual({
      sends: [],
      nothing: [],
      holds: [{ deliveryId: "d-alt_1", revision: 2, dueAt: NOW + 1_000 }],
    });
  });
});

describe("what a call says will follow", () => {
  const followedBy = (...given: Parameters<typeof planInputOf>) =>
    planLane(planInputOf(...given)).sends.map(({ call }) => [
      call?.step,
      ...(call?.shows.map((s) => s.followedBy) ?? []),
    ]);
  const bot = { capabilities: BOT_CAPABILITIES };

  test("nothing after a webhook's message; the thread after a bot's", () => {
    expect(followedBy([recordOf()])).toEqual([["post", "nothing"]]);
    expect(followedBy([recordOf()], [], bot)).toEqual([["post", "thread"]]);
    expect(followedBy([recordOf()], [entryOf()], bot)).toEqual([["start-thread", "nothing"]]);
  });

  test("a notice after the edit of what got worse", () => {
    const worse = recordOf({ severity: "critical" }, { revision: 2 });
    expect(followedBy([worse], [entryOf()])).toEqual([["edit", "message"]]);
    expect(followedBy([worse], [entryOf({ revision: 2 })])).toEqual([["notice", "nothing"]]);
  });

  test("note and closing of the thread after a resolve, and nothing after those", () => {
    const over = recordOf({ status: "resolved" }, { revision: 2 });
    expect(followedBy([over], [inThread()], bot)).toEqual([["edit", "thread"]]);
    expect(followedBy([over], [inThread({ revision: 2 })], bot)).toEqual([["thread-note", "thread"]]);
    expect(followedBy([over], [inThread({ revision: 2, toldStatus: "resolved" })], bot)).toEqual([
      ["close-thread", "nothing"],
    ]);
  });

  test("the edit after a post was opened", () => {
    const input = planInputOf([recordOf({}, { revision: 2 })], [asPost({ threadState: "closed" })], {
      ...bot,
      destination: { forum: true },
    });
    expect(planLane(input).sends.map(({ call }) => [call?.step, call?.shows[0]?.followedBy])).toEqual([
      ["open-thread", "message"],
    ]);
  });
});

test("what is gone, shown or silenced needs no call", () => {
  const gone = recordOf({}, { id: "alt_gone" });
  const quiet = recordOf({}, { id: "alt_quiet" });
  const input = planInputOf([recordOf(), quiet], [entryOf()], {
    due: [recordOf(), gone, quiet],
    conditions: new Map([["alt_quiet", { kind: "silenced", untilAt: NOW + 9 }]]),
  });
  expect(planLane(input)).toEqual({
    sends: [],
    nothing: [
      { deliveryId: "d-alt_1", revision: 1 },
      { deliveryId: "d-alt_gone", revision: 1 },
    ],
    holds: [{ deliveryId: "d-alt_quiet", revision: 1, dueAt: NOW + 9 }],
  });
});

test("a forum post is opened with the tags of its alert, and named by it", () => {
  const destination = { forum: true, forumTagIds: { critical: ["5"], resolved: ["6"] } };
  const record = recordOf({ severity: "critical" });
  const [send] = planLane(planInputOf([record], [], { destination, capabilities: BOT_CAPABILITIES })).sends;
  expect(send?.call).toMatchObject({
    threadTags: "5",
    operation: { kind: "send", threadName: "disk full", appliedTagIds: ["5"] },
  });
});

test.each([
  { name: "that got better", alert: { severity: "warn" }, escalation: "ping", isPinged: false },
  { name: "that got worse", alert: { severity: "critical" }, escalation: "reply", isPinged: false },
  { name: "that got worse, where that pings,", alert: { severity: "critical" }, escalation: "ping", isPinged: true },
] as const)(
  "a card $name and stands below its old message pings as the route says",
  ({ alert, escalation, isPinged }) => {
    const mentions = { roles: ["300000000000000001"] } as const;
    const toldSeverity = alert.severity === "warn" ? "critical" : "warn";
    const old = entryOf({ postedAt: NOW - 7_200_000, toldSeverity });
    const [send] = planLane(
      planInputOf([recordOf(alert, { revision: 2 })], [old], {
        oldEditsRefusedUntil: NOW + 1,
        options: { mentions, escalation },
      }),
    ).sends;
    expect(send?.call).toMatchObject({
      step: "reply",
      operation: { message: { allowed_mentions: isPinged ? { roles: ["300000000000000001"] } : { parse: [] } } },
    });
    expect(send && contentOf(send)).toBe(isPinged ? "<@&300000000000000001>" : undefined);
  },
);
