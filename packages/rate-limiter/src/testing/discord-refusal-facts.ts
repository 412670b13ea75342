import assert from "node:assert/strict";
import { toDiscordRoute } from "../discord/discord-route.ts";
import { ban, idOf, interaction, limited, messages, plain, success, webhook } from "./discord-answers.ts";
import type { DiscordFacts } from "./discord-facts.ts";
import { type DiscordStage, goes, granted, type StageProcess } from "./discord-stage.ts";

const MINUTE_MS = 60_000;

/** Makes one request, each in a bucket of its own, and answers it. */
async function answerOne(process: StageProcess, index: number, answer: ReturnType<typeof plain>): Promise<void> {
  await process.settle((await process.ask(messages(index))).permit, answer);
}

async function refusedMs(process: StageProcess): Promise<number> {
  const { reason, retryAfterMs } = (await process.ask(messages(999))).refusal;
  assert.equal(reason, "breaker-open");
  return retryAfterMs;
}

async function waitForBan(stage: DiscordStage, process: StageProcess, index: number): Promise<number> {
  await answerOne(process, index, ban());
  const retryAfterMs = await refusedMs(process);
  await stage.advance(retryAfterMs + 1);
  return Math.round(retryAfterMs / MINUTE_MS);
}

/** When nothing may be sent at all. */
export const refusalFacts: DiscordFacts = {
  "sends nothing more after so many answers 401, 403 and 429 in ten minutes, until these are over": async (open) => {
    const stage = open({ maxInvalidCount: 4 });
    const process = await stage.start();
    const harmless = [plain(404), plain(400), limited("shared", { "retry-after": "1" }), plain(204)];
    const invalid = [plain(403), limited("user", { "retry-after": "1" }), limited("global", { "retry-after": "1" })];
    for (const [index, answer] of [...harmless, ...invalid].entries()) await answerOne(process, index, answer);
    await stage.advance(2 * MINUTE_MS);
    assert.ok(goes(await process.ask(messages(100))));
    await answerOne(process, 101, plain(403));
    const retryAfterMs = await refusedMs(process);
    assert.ok(retryAfterMs > 7.9 * MINUTE_MS && retryAfterMs <= 8 * MINUTE_MS, `${retryAfterMs} ms`);
    await stage.advance(retryAfterMs + 1);
    assert.ok(goes(await process.ask(messages(102))));
  },
  "refuses those that wait when that happens, and interactions too": async (open) => {
    const stage = open({ maxInvalidCount: 1 });
    const process = await stage.start();
    await process.settle((await process.ask(messages(0))).permit, success({ remaining: 0, resetAfterMs: 5_000 }));
    const waiting = await process.askMany(3, messages(0));
    await answerOne(process, 1, plain(403));
    await stage.advance(5_000);
    assert.deepEqual(
      waiting.map(({ refusal }) => refusal.reason),
      ["breaker-open", "breaker-open", "breaker-open"],
    );
    assert.equal((await process.ask(interaction())).refusal.reason, "breaker-open");
  },
  "stays quiet for ten minutes when Discord's edge has banned the address, and twice as long each time": async (
    open,
  ) => {
    const stage = open();
    const process = await stage.start();
    const found = [];
    for (const index of [0, 1, 2]) found.push(await waitForBan(stage, process, index));
    assert.deepEqual(found, [10, 20, 40]);
    await stage.advance(61 * MINUTE_MS);
    assert.equal(await waitForBan(stage, process, 3), 10);
  },
  "stays quiet for longer when a ban says so, but never for more than a day": async (open) => {
    const asked: readonly (readonly [number, number])[] = [
      [3_600, 60],
      [90_000_000, 24 * 60],
    ];
    for (const [seconds, minutes] of asked) {
      const stage = open();
      const process = await stage.start();
      await answerOne(process, 0, ban(seconds));
      assert.equal(Math.round((await refusedMs(process)) / MINUTE_MS), minutes);
    }
  },
  "takes bans that were under way together for one": async (open) => {
    const stage = open();
    const process = await stage.start();
    const tickets = [await process.ask(messages(0)), await process.ask(messages(1)), await process.ask(messages(2))];
    for (const { permit } of tickets) await process.settle(permit, ban());
    assert.equal(Math.round((await refusedMs(process)) / MINUTE_MS), 10);
  },
  "knows a ban by its words, and a 429 of Discord's own by its headers": async (open) => {
    const stage = open();
    const process = await stage.start();
    const { headers } = limited("user", { "retry-after": "1" });
    await answerOne(process, 0, { kind: "answered", status: 429, headers });
    await answerOne(process, 1, {
      kind: "answered",
      status: 429,
      headers: { via: "1.1 google" },
      body: { retry_after: 1 },
    });
    assert.ok(goes(await process.ask(messages(2))));
    const blocked = { code: 0, message: "You are being blocked from accessing our API temporarily" };
    await answerOne(process, 3, { kind: "answered", status: 429, headers: { via: "1.1 google" }, body: blocked });
    assert.equal(Math.round((await refusedMs(process)) / MINUTE_MS), 10);
  },
  "uses a credential no more that Discord has refused, until it is revived": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages(0))).permit, success({ remaining: 0, resetAfterMs: 5_000 }));
    const waiting = await process.ask(messages(0));
    await answerOne(process, 1, plain(401));
    const refused = (await process.ask(messages(2))).refusal;
    assert.deepEqual([refused.reason, refused.retryAfterMs], ["credential-dead", Number.POSITIVE_INFINITY]);
    await stage.advance(6_000);
    assert.equal(waiting.refusal.reason, "credential-dead");
    assert.ok(goes(await process.ask(messages(2, "other bot"))));
    assert.ok(goes(await process.ask(webhook())));
    await process.limiter.revive("bot");
    assert.ok(goes(await process.ask(messages(2))));
  },
  "takes a 401 for a token in the path as that token's own": async (open) => {
    const stage = open();
    const process = await stage.start();
    const followup = toDiscordRoute("POST", `/webhooks/${idOf(1)}/interaction-token`, { credential: "bot" });
    for (const route of [webhook(), followup, interaction()]) {
      await process.settle((await process.ask(route)).permit, plain(401));
    }
    const tickets = [await process.ask(messages()), await process.ask(webhook(7)), await process.ask(interaction(7))];
    assert.equal(granted(tickets), 3);
  },
};
