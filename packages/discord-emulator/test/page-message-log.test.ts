import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyEvents,
  emptyLog,
  logFromPage,
  MAX_LOG_COUNT,
  type MessageLog,
  withOlderPage,
} from "../page/src/message-log.ts";
import type { DiscordEvent, Message } from "../page/src/wire.ts";

const channelId = "1";
const following = { isFollowing: true, selfId: "7" };
const lookingBack = { isFollowing: false, selfId: "7" };

const message = (id: number, content = `text ${id}`): Message => ({
  id: String(id),
  channel_id: channelId,
  content,
  timestamp: "2026-01-01T00:00:00.000Z",
  author: { id: "2", username: "monitor" },
});
const created = (id: number): DiscordEvent => ({ t: "MESSAGE_CREATE", d: message(id) });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const ids = (log: MessageLog) => log.messages.map(({ id }) => Number(id));
const reaction = (t: string, name: string, user_id: string): DiscordEvent => ({
  t: `MESSAGE_REACTION_${t}`,
  d: { channel_id: channelId, message_id: "1", user_id, emoji: { id: null, name } },
});

describe("the page's message log", () => {
  it("turns the server's newest-first page round", () => {
    const log = logFromPage([message(3), message(2)], 2);
    expect(ids(log)).toEqual([2, 3]);
    expect(log.hasOlder).toBe(true);
    expect(logFromPage([message(3)], 2).hasOlder).toBe(false);
  });

  it("appends new messages once, in the order of their ids, compared as numbers", () => {
    const log = applyEvents(emptyLog, channelId, [created(9), created(11), created(10), created(9)], following);
    expect(ids(log)).toEqual([9, 10, 11]);
  });

  it("keeps the newest 500 while the reader follows", () => {
    const log = applyEvents(emptyLog, channelId, range(1, 5_000).map(created), following);
    expect(ids(log)).toEqual(range(5_001 - MAX_LOG_COUNT, 5_000));
    expect(log.hasOlder).toBe(true);
    expect(log.newerCount).toBe(0);
  });

  it("keeps the reader's place once it is full, and counts what came after", () => {
    const full = applyEvents(emptyLog, channelId, range(1, MAX_LOG_COUNT).map(created), lookingBack);
    const log = applyEvents(full, channelId, [created(501), created(502)], lookingBack);
    expect(ids(log)).toEqual(range(1, MAX_LOG_COUNT));
    expect(log.newerCount).toBe(2);
    expect(applyEvents(log, channelId, [created(503)], following).newerCount).toBe(3);
  });

  it("shows what is replied to as it is now, also where that stands in another channel", () => {
    const reply = { ...message(9), referenced_message: { ...message(4, "before"), channel_id: "2" } };
    const log = applyEvents(emptyLog, channelId, [{ t: "MESSAGE_CREATE", d: reply }], following);
    const referenced = (of: MessageLog) => of.messages[0]?.referenced_message;
    const update = { t: "MESSAGE_UPDATE", d: { id: "4", channel_id: "2", content: "after" } };
    expect(referenced(applyEvents(log, channelId, [update], following))).toMatchObject({ id: "4", content: "after" });
    const gone = { t: "MESSAGE_DELETE", d: { id: "4", channel_id: "2" } };
    expect(referenced(applyEvents(log, channelId, [gone], following))).toBeNull();
    const other = { t: "MESSAGE_UPDATE", d: { id: "5", channel_id: "2", content: "after" } };
    expect(applyEvents(log, channelId, [other], following)).toBe(log);
  });

  it("counts reactions to what a thread began with, which stands in the channel around it", () => {
    const starter = { ...message(9), referenced_message: { ...message(4), channel_id: "2" } };
    const log = applyEvents(emptyLog, channelId, [{ t: "MESSAGE_CREATE", d: starter }], following);
    const d = { channel_id: "2", message_id: "4", user_id: "7", emoji: { id: null, name: "👍" } };
    const after = applyEvents(log, channelId, [{ t: "MESSAGE_REACTION_ADD", d }], following);
    expect(after.messages[0]?.referenced_message?.reactions).toEqual([{ emoji: d.emoji, count: 1, me: true }]);
  });

  it("keeps the reactions as the reader sees them when an edit tells how another sees them", () => {
    const start = applyEvents(emptyLog, channelId, [created(1), reaction("ADD", "👍", "7")], following);
    const reactions = [{ emoji: { id: null, name: "👍" }, count: 1, me: false }];
    const edit = { t: "MESSAGE_UPDATE", d: { id: "1", channel_id: channelId, content: "new", reactions } };
    expect(applyEvents(start, channelId, [edit], following).messages[0]?.reactions?.[0]?.me).toBe(true);
  });

  it("drops the newest messages for an older page that does not fit", () => {
    const full = applyEvents(emptyLog, channelId, range(51, 550).map(created), following);
    const log = withOlderPage(
      full,
      range(1, 50)
        .toReversed()
        .map((id) => message(id)),
      50,
    );
    expect(ids(log)).toEqual(range(1, MAX_LOG_COUNT));
    expect(log.newerCount).toBe(50);
    expect(log.hasOlder).toBe(true);
  });

  it("merges an edit, so that what the event leaves out stays", () => {
    const start = applyEvents(emptyLog, channelId, [created(1), reaction("ADD", "👍", "3")], following);
    const edit = { t: "MESSAGE_UPDATE", d: { id: "1", channel_id: channelId, content: "new" } };
    const [edited] = applyEvents(start, channelId, [edit], following).messages;
    expect(edited).toMatchObject({ content: "new", author: { username: "monitor" }, reactions: [{ count: 1 }] });
  });

  it("removes single and bulk deleted messages", () => {
    const start = applyEvents(emptyLog, channelId, range(1, 4).map(created), following);
    const events = [
      { t: "MESSAGE_DELETE", d: { id: "1", channel_id: channelId } },
      { t: "MESSAGE_DELETE_BULK", d: { ids: ["2", "4", "99"], channel_id: channelId } },
    ];
    expect(ids(applyEvents(start, channelId, events, following))).toEqual([3]);
  });

  it("counts reactions by emoji and knows which are the bot's own", () => {
    const events = [created(1), reaction("ADD", "👍", "3"), reaction("ADD", "👍", "7"), reaction("ADD", "👀", "3")];
    const log = applyEvents(emptyLog, channelId, events, following);
    expect(log.messages[0]?.reactions).toEqual([
      { emoji: { id: null, name: "👍" }, count: 2, me: true },
      { emoji: { id: null, name: "👀" }, count: 1, me: false },
    ]);
    const fewer = applyEvents(
      log,
      channelId,
      [reaction("REMOVE", "👍", "7"), reaction("REMOVE", "👀", "3")],
      following,
    );
    expect(fewer.messages[0]?.reactions).toEqual([{ emoji: { id: null, name: "👍" }, count: 1, me: false }]);
    expect(applyEvents(fewer, channelId, [reaction("REMOVE_ALL", "", "3")], following).messages[0]?.reactions).toEqual(
      [],
    );
  });

  it("is the same object when nothing in it changes", () => {
    const log = applyEvents(emptyLog, channelId, [created(1)], following);
    const foreign = { t: "MESSAGE_CREATE", d: { ...message(2), channel_id: "other" } };
    const unknown = { t: "MESSAGE_UPDATE", d: message(99) };
    expect(applyEvents(log, channelId, [foreign, unknown, created(1), { t: "TYPING_START", d: null }], following)).toBe(
      log,
    );
  });

  it("holds at most 500 messages, each once and in order, whatever arrives in whatever order", () => {
    const event = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 2_000 }).map(created) },
      fc
        .integer({ min: 1, max: 2_000 })
        .map((id) => ({ t: "MESSAGE_DELETE", d: { id: String(id), channel_id: channelId } })),
    );
    const batch = fc.record({ events: fc.array(event, { maxLength: 700 }), isFollowing: fc.boolean() });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), (batches) => {
        let log = emptyLog;
        for (const { events, isFollowing } of batches)
          log = applyEvents(log, channelId, events, { isFollowing, selfId: null });
        expect(log.messages.length).toBeLessThanOrEqual(MAX_LOG_COUNT);
        expect(ids(log)).toEqual([...new Set(ids(log))].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});
