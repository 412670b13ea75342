import { BOT_CAPABILITIES } from "@tocsin/discord-transport";
import { describe, expect, test } from "vitest";
import { asPost, byBot, contextOf, entryOf, inThread, NOW, recordOf, stateOf } from "../../test/plan-states.ts";
import { nextStep } from "./next-step.ts";

const stepOf = (...given: Parameters<typeof nextStep>) => {
  const next = nextStep(...given);
  return next.kind === "step" ? next.step : next.kind;
};

const HOUR_MS = 3_600_000;
const changed = (alert: Record<string, unknown> = {}) => recordOf(alert, { revision: 2 });
const shown = { revision: 2 };
const resolved = () => changed({ status: "resolved" });
const bot = { capabilities: BOT_CAPABILITIES };
const condition = { kind: "silenced", untilAt: NOW + 5_000 } as const;

describe("the message", () => {
  test("is posted, then edited when something changes, and then nothing", () => {
    expect(stepOf(stateOf(recordOf()), contextOf())).toBe("post");
    expect(stepOf(stateOf(changed(), entryOf()), contextOf())).toBe("edit");
    expect(stepOf(stateOf(changed(), entryOf(shown)), contextOf())).toBe("nothing");
  });

  test("is edited however old it is, until Discord refuses; then a reply says what matters, and the rest waits", () => {
    const old = entryOf({ postedAt: NOW - HOUR_MS });
    const refused = contextOf({ oldEditsRefusedUntil: NOW + 60_000 });
    expect(stepOf(stateOf(resolved(), old), contextOf())).toBe("edit");
    expect(stepOf(stateOf(resolved(), old), refused)).toBe("reply");
    expect(stepOf(stateOf(changed({ severity: "critical" }), old), refused)).toBe("reply");
    expect(nextStep(stateOf(changed(), old), refused)).toEqual({ kind: "hold", untilAt: NOW + 60_000 });
    expect(stepOf(stateOf(changed(), old), contextOf({ oldEditsRefusedUntil: NOW }))).toBe("edit");
    expect(stepOf(stateOf(resolved(), entryOf({ postedAt: NOW - HOUR_MS + 1 })), refused)).toBe("edit");
  });

  test("in a post that is archived waits until that is opened, where it can be", () => {
    const closed = asPost({ threadState: "closed" });
    expect(stepOf(stateOf(changed(), closed, bot), byBot({ isForum: true }))).toBe("open-thread");
    const refused = asPost({ threadState: "refused" });
    expect(stepOf(stateOf(changed(), refused, bot), byBot({ isForum: true }))).toBe("edit");
  });

  test("in a post that a webhook cannot open waits for a message that opens it", () => {
    const closed = asPost({ threadState: "closed" });
    const forum = contextOf({ isForum: true });
    expect(stepOf(stateOf(changed(), closed), forum)).toBe("reply");
    expect(stepOf(stateOf(resolved(), closed), forum)).toBe("thread-note");
    expect(stepOf(stateOf(changed({ severity: "critical" }), closed), forum)).toBe("notice");
  });

  test("of a text channel is edited whatever its thread is", () => {
    expect(stepOf(stateOf(changed(), inThread({ threadState: "closed" }), bot), byBot())).toBe("edit");
  });
});

describe("people", () => {
  const worse = () => changed({ severity: "critical" });

  test.each([
    ["reply", "notice"],
    ["ping", "notice"],
    ["edit", "nothing"],
  ] as const)("hear of an escalation by `%s`: %s", (escalation, step) => {
    expect(stepOf(stateOf(worse(), entryOf(shown), { escalation }), contextOf())).toBe(step);
  });

  test("hear of one that is active again, and of nothing that got better", () => {
    expect(stepOf(stateOf(changed(), entryOf({ ...shown, toldStatus: "resolved" })), contextOf())).toBe("notice");
    expect(stepOf(stateOf(changed(), entryOf({ ...shown, toldSeverity: "critical" })), contextOf())).toBe("nothing");
    expect(stepOf(stateOf(resolved(), entryOf(shown)), contextOf())).toBe("nothing");
  });

  test("are told nothing where it is not known what they were told", () => {
    expect(stepOf(stateOf(worse(), entryOf({ ...shown, toldSeverity: null })), contextOf())).toBe("nothing");
  });
});

describe("the thread", () => {
  test("is started after the message, by a bot, in a text channel, of an alert that goes on", () => {
    expect(stepOf(stateOf(recordOf(), entryOf(), bot), byBot())).toBe("start-thread");
    expect(stepOf(stateOf(recordOf(), entryOf()), contextOf())).toBe("nothing");
    expect(stepOf(stateOf(recordOf(), entryOf(), { ...bot, thread: false }), byBot())).toBe("nothing");
    expect(stepOf(stateOf(recordOf({ status: "resolved" }), entryOf({ toldStatus: "resolved" }), bot), byBot())).toBe(
      "nothing",
    );
  });

  test("is not started from what shares a message, nor inside of a thread, nor after it was refused", () => {
    for (const more of [
      { memberCount: 2 },
      { face: "digest" },
      { threadId: "7" },
      { threadState: "refused" },
    ] as const) {
      expect(stepOf(stateOf(recordOf(), entryOf(more), bot), byBot())).toBe("nothing");
    }
  });

  test("is told of a resolve, then closed, and then left alone", () => {
    expect(stepOf(stateOf(resolved(), inThread(shown), bot), byBot())).toBe("thread-note");
    const told = { ...shown, toldStatus: "resolved" } as const;
    expect(stepOf(stateOf(resolved(), inThread(told), bot), byBot())).toBe("close-thread");
    expect(stepOf(stateOf(resolved(), inThread({ ...told, threadState: "closed" }), bot), byBot())).toBe("nothing");
  });

  test("is told of a change of severity that the channel is not told of", () => {
    const eased = inThread({ ...shown, toldSeverity: "critical" });
    expect(stepOf(stateOf(changed({ severity: "warn" }), eased, bot), byBot())).toBe("thread-note");
    const worse = stateOf(changed({ severity: "warn" }), inThread(shown), { ...bot, escalation: "edit" });
    expect(stepOf(worse, byBot())).toBe("thread-note");
    expect(stepOf(stateOf(changed(), inThread(shown), bot), byBot())).toBe("nothing");
  });

  test("of a webhook's forum post is told, and cannot be closed", () => {
    expect(stepOf(stateOf(resolved(), asPost(shown)), contextOf({ isForum: true }))).toBe("thread-note");
    const told = asPost({ ...shown, toldStatus: "resolved" });
    expect(stepOf(stateOf(resolved(), told), contextOf({ isForum: true }))).toBe("nothing");
  });

  test("of a forum gets the tags of the alert, where tags are configured", () => {
    const forum = byBot({ isForum: true, forumTagIds: { critical: ["1"], info: ["2"] } });
    const tagged = asPost({ ...shown, toldSeverity: "critical", threadTags: "2" });
    const record = changed({ severity: "critical" });
    expect(stepOf(stateOf(record, tagged, bot), forum)).toBe("tag-thread");
    expect(stepOf(stateOf(record, { ...tagged, threadTags: "1" }, bot), forum)).toBe("nothing");
    expect(stepOf(stateOf(record, tagged, bot), { ...forum, forumTagIds: undefined })).toBe("nothing");
  });
});

describe("a silence", () => {
  const quiet = (state: ReturnType<typeof stateOf>) => ({ ...state, condition });

  test("holds what is new until it ends, and drops what is over by then", () => {
    expect(nextStep(quiet(stateOf(recordOf())), contextOf())).toEqual({ kind: "hold", untilAt: NOW + 5_000 });
    expect(stepOf(quiet(stateOf(recordOf({ status: "resolved" }))), contextOf())).toBe("nothing");
  });

  test("lets edits pass, of which nobody is notified, and holds the notice of an escalation", () => {
    const worse = changed({ severity: "critical" });
    expect(stepOf(quiet(stateOf(worse, entryOf())), contextOf())).toBe("edit");
    expect(nextStep(quiet(stateOf(worse, entryOf(shown))), contextOf())).toEqual({
      kind: "hold",
      untilAt: NOW + 5_000,
    });
  });

  test("keeps a thread from being told, not from being closed", () => {
    expect(stepOf(quiet(stateOf(resolved(), inThread(shown), bot)), byBot())).toBe("close-thread");
  });
});

describe("a line of a digest", () => {
  const line = { face: "digest", memberCount: 12 } as const;

  test("is edited with the list, and becomes a card of its own when the alert turns critical", () => {
    expect(stepOf(stateOf(changed({ severity: "warn" }), entryOf(line)), contextOf())).toBe("edit");
    expect(stepOf(stateOf(changed({ severity: "critical" }), entryOf(line)), contextOf())).toBe("post");
    expect(stepOf(stateOf(changed({ severity: "critical", status: "resolved" }), entryOf(line)), contextOf())).toBe(
      "edit",
    );
  });

  test("becomes a card also when it was over and comes back critical", () => {
    const wasOver = entryOf({ ...line, toldStatus: "resolved" });
    expect(stepOf(stateOf(changed({ severity: "critical" }), wasOver), contextOf())).toBe("post");
    expect(stepOf(stateOf(changed({ severity: "warn" }), wasOver), contextOf())).toBe("edit");
  });

  test("tells nobody of an escalation below that", () => {
    expect(stepOf(stateOf(changed({ severity: "warn" }), entryOf({ ...line, ...shown })), contextOf())).toBe("nothing");
  });
});
