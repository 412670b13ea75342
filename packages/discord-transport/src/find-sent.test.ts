import type { Outcome } from "@tocsin/alert/plugin";
import { describe, expect, test } from "vitest";
import type { BotQuestions, FetchedThread } from "./bot-questions.ts";
import type { FetchedMessage } from "./fetched.ts";
import { createFindSent } from "./find-sent.ts";
import { snowflakeAt } from "./snowflake.ts";
import type { LostSend } from "./transport.ts";

const CHANNEL = "123456789012345678";
const BOT = "234567890123456789";
const SENT_AT = Date.UTC(2026, 10, 22);
const MINUTE_MS = 60_000;
const idAt = (offsetMs: number, extra = 0): string => String(BigInt(snowflakeAt(SENT_AT + offsetMs)) + BigInt(extra));

const SEND = { kind: "send", message: { content: "disk full" } } as const;
const LOST: LostSend = { operation: SEND, nonce: "lost", sentAfter: SENT_AT };
const POST: LostSend = { ...LOST, operation: { ...SEND, threadName: "disk full" } };

const message = (id: string, rest: object = {}): FetchedMessage =>
  ({ id, content: "disk full", embeds: [], components: [], attachments: [], author: { id: BOT }, ...rest }) as never;
const post = (id: string, rest: object = {}): FetchedThread => ({
  id,
  name: "disk full",
  parent_id: CHANNEL,
  owner_id: BOT,
  ...rest,
});

/** Answers from lists, as Discord pages them, and remembers what it was asked. */
function answering(
  messages: readonly FetchedMessage[],
  threads: { readonly active?: readonly FetchedThread[]; readonly archived?: readonly FetchedThread[] } = {},
) {
  const asked: string[] = [];
  const value = <T>(name: string, found: T): Promise<Outcome<T>> => {
    asked.push(name);
    return Promise.resolve({ kind: "delivered", value: found });
  };
  const questions: BotQuestions = {
    messages: ({ after = "0", maxCount = 50, threadId }) => {
      const since = messages.filter(({ id }) => BigInt(id) > BigInt(after));
      return value(`messages ${threadId ?? "channel"}`, since.slice(0, maxCount).toReversed());
    },
    message: (channelId, messageId) => {
      const found = messages.find(({ id }) => id === messageId && id === channelId);
      if (found !== undefined) return value("message", found);
      asked.push("message");
      return Promise.resolve({ kind: "rejected", reason: "target-gone" });
    },
    reactions: () => value("reactions", []),
    ownUserId: () => value("own user", BOT),
    guildId: () => value("guild", "1"),
    activeThreads: () => value("active", threads.active ?? []),
    archivedThreads: () => value("archived", threads.archived ?? []),
  };
  const open = (home: { isForum?: boolean; guildId?: string } = {}) =>
    createFindSent({ channelId: CHANNEL, isForum: false, guildId: undefined, ...home }, questions);
  return { asked, questions, open };
}

const ids = (outcome: Outcome<readonly { readonly messageId: string }[]>): readonly string[] =>
  outcome.kind === "delivered" ? outcome.value.map(({ messageId }) => messageId) : [JSON.stringify(outcome)];

describe("in a channel", () => {
  test("finds the own messages that say the same since the call, oldest first", async () => {
    const { open } = answering([
      message(idAt(-2 * MINUTE_MS)),
      message(idAt(-30_000)),
      message(idAt(1), { author: { id: "9" } }),
      message(idAt(2), { webhook_id: BOT }),
      message(idAt(3), { content: "disk empty" }),
      message(idAt(4)),
    ]);
    expect(ids(await open()(LOST))).toEqual([idAt(-30_000), idAt(4)]);
  });

  test("takes the one that carries the nonce, whatever else says the same", async () => {
    const { open, asked } = answering([
      message(idAt(1)),
      message(idAt(2), { nonce: "lost", content: "edited since" }),
      ...Array.from({ length: 150 }, (_, index) => message(idAt(10, index), { content: "noise" })),
    ]);
    expect(ids(await open()(LOST))).toEqual([idAt(2)]);
    expect(asked).toEqual(["own user", "messages channel"]);
  });

  test("leaves out what carries another nonce: it belongs to another call", async () => {
    const { open } = answering([message(idAt(1), { nonce: "other" }), message(idAt(2), { nonce: 7 })]);
    expect(ids(await open()(LOST))).toEqual([]);
  });

  test("reads ten pages and no more", async () => {
    const noise = Array.from({ length: 1_100 }, (_, index) => message(idAt(0, index), { content: "noise" }));
    const at = (index: number) => noise.map((each, position) => (position === index ? message(each.id) : each));
    const last = answering(at(999));
    expect(ids(await last.open()(LOST))).toEqual([noise[999]?.id]);
    expect(last.asked).toEqual(["own user", ...Array(10).fill("messages channel")]);
    expect(ids(await answering(at(1_000)).open()(LOST))).toEqual([]);
  });

  test("asks who it is once", async () => {
    const { open, asked } = answering([]);
    const findSent = open();
    await findSent(LOST);
    await findSent(LOST);
    expect(asked).toEqual(["own user", "messages channel", "messages channel"]);
  });

  test("gives the thread with what it finds in one", async () => {
    const { open } = answering([message(idAt(1))]);
    const outcome = await open({ isForum: true })({ ...LOST, operation: { ...SEND, threadId: "345" } });
    expect(outcome).toEqual({
      kind: "delivered",
      value: [{ channelId: "345", messageId: idAt(1), threadId: "345" }],
    });
  });

  test("hands a failure on, and asks again next time", async () => {
    const { questions } = answering([message(idAt(1))]);
    const failures: Outcome<never>[] = [{ kind: "retryable", reason: "server-error" }];
    const ownUserId: BotQuestions["ownUserId"] = async (options) => failures.pop() ?? questions.ownUserId(options);
    const home = { channelId: CHANNEL, isForum: false, guildId: undefined };
    const findSent = createFindSent(home, { ...questions, ownUserId });
    expect(await findSent(LOST)).toEqual({ kind: "retryable", reason: "server-error" });
    expect(ids(await findSent(LOST))).toEqual([idAt(1)]);
  });
});

describe("in a forum", () => {
  test("finds own posts of that name whose first message says the same, open and closed ones", async () => {
    const [first, second, other] = [idAt(1), idAt(2), idAt(3)];
    const { open, asked } = answering([message(first), message(second), message(other, { content: "another" })], {
      active: [post(second), post(other)],
      archived: [post(first), post(second)],
    });
    expect(await open({ isForum: true })(POST)).toEqual({
      kind: "delivered",
      value: [first, second].map((id) => ({ channelId: id, messageId: id, threadId: id })),
    });
    expect(asked).toEqual(["own user", "guild", "active", "archived", "message", "message", "message"]);
  });

  test("looks into nothing that cannot be it", async () => {
    const { open, asked } = answering([], {
      active: [
        post(idAt(1), { name: "disk empty" }),
        post(idAt(1), { owner_id: "9" }),
        post(idAt(1), { parent_id: "9" }),
        post(idAt(-2 * MINUTE_MS)),
      ],
    });
    expect(ids(await open({ isForum: true, guildId: "1" })(POST))).toEqual([]);
    expect(asked).toEqual(["own user", "active", "archived"]);
  });

  test("takes a name with other spaces for the same", async () => {
    const { open } = answering([message(idAt(1))], { active: [post(idAt(1))] });
    const operation = { ...SEND, threadName: " disk  full\n" };
    expect(ids(await open({ isForum: true })({ ...POST, operation }))).toEqual([idAt(1)]);
  });

  test("passes over a post whose first message was deleted, and looks into ten at most", async () => {
    const posts = Array.from({ length: 12 }, (_, index) => post(idAt(index + 1)));
    const { open, asked } = answering([message(idAt(2))], { active: posts });
    expect(ids(await open({ isForum: true, guildId: "1" })(POST))).toEqual([idAt(2)]);
    expect(asked.filter((name) => name === "message")).toHaveLength(10);
  });
});
