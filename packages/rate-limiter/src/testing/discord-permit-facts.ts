import assert from "node:assert/strict";
import { ban, limited, messages, plain, success } from "./discord-answers.ts";
import { introduce } from "./discord-drain.ts";
import type { DiscordFacts, OpenStage } from "./discord-facts.ts";
import type { DiscordFake } from "./discord-fake.ts";
import { type DiscordStage, goes, granted, type StageProcess, waits } from "./discord-stage.ts";

const HOUR_MS = 3_600_000;
const PERMIT_MS = 30_000;

/** A stage on which channel 0 has four tokens left, of five that come back each second. */
async function known(open: OpenStage): Promise<readonly [DiscordStage, StageProcess, DiscordFake]> {
  const stage = open({ permitMs: PERMIT_MS });
  const process = await stage.start();
  return [stage, process, await introduce(stage, process, messages())];
}

/** How many critical requests get a permit within a tenth of a second. */
async function roomFor(stage: DiscordStage, process: StageProcess): Promise<number> {
  const controller = new AbortController();
  const options = { priority: "critical", signal: controller.signal } as const;
  const tickets = await process.askMany(7, messages(), options);
  await stage.advance(100);
  controller.abort();
  await stage.advance(0);
  const count = granted(tickets);
  for (const { answer } of tickets) if (answer?.kind === "permit") await process.settle(answer, { kind: "not-sent" });
  return count;
}

/** What becomes of a permit. */
export const permitFacts: DiscordFacts = {
  "gives as many permits at once as there are tokens, and not more": async (open) => {
    const [stage, process] = await known(open);
    assert.equal(await roomFor(stage, process), 4);
  },
  "takes a permit back whose request never left": async (open) => {
    const [stage, process] = await known(open);
    const { permit } = await process.ask(messages());
    assert.equal(await roomFor(stage, process), 3);
    await process.settle(permit, { kind: "not-sent" });
    assert.equal(await roomFor(stage, process), 4);
  },
  "learns from one answer for each permit": async (open) => {
    const [stage, process] = await known(open);
    const { permit } = await process.ask(messages());
    await process.settle(permit, success({ remaining: 3, resetAfterMs: 2_000, resetAt: stage.now() + 2_000 }));
    await process.settle(permit, { kind: "not-sent" });
    await process.settle(permit, plain(401));
    assert.equal(await roomFor(stage, process), 3);
  },
  "counts a request as used whose answer is lost": async (open) => {
    const [stage, process] = await known(open);
    await process.settle((await process.ask(messages())).permit, { kind: "lost" });
    assert.equal(await roomFor(stage, process), 3);
    await stage.advance(2_000);
    assert.equal(await roomFor(stage, process), 5);
  },
  "counts a permit as used that nobody settles in time": async (open) => {
    const [stage, process] = await known(open);
    const { permit } = await process.ask(messages());
    assert.ok(Math.abs(permit.expiresAt - (stage.now() + PERMIT_MS)) < 2, String(permit.expiresAt - stage.now()));
    await stage.advance(PERMIT_MS - 500);
    assert.equal(await roomFor(stage, process), 4, "it holds one of five tokens");
    await stage.advance(500);
    assert.equal(await roomFor(stage, process), 4, "its token is used, and not back yet");
    await stage.advance(1_000);
    assert.equal(await roomFor(stage, process), 5);
  },
  "gives no room for what is said about a permit that has expired": async (open) => {
    for (const kind of ["not-sent", "lost", "answered"] as const) {
      const [stage, process, discord] = await known(open);
      const { permit } = await process.ask(messages());
      const answered = discord.handle({ major: messages().major, nowMs: stage.now() });
      await stage.advance(PERMIT_MS + 100);
      await process.settle(permit, kind === "answered" ? answered : { kind });
      const count = await roomFor(stage, process);
      assert.ok(count >= 3 && count <= 4, `${kind}: ${count}`);
    }
  },
  "lets no late answer make the bucket look fuller": async (open) => {
    const [stage, process] = await known(open);
    const tickets = await process.askMany(4, messages(), { priority: "critical" });
    await stage.advance(100);
    const resetAt = stage.now() + 900;
    // The answer to the first request comes last: it says that four are left.
    for (const [index, { permit }] of [...tickets.entries()].reverse()) {
      const used = index + 2;
      const words = { remaining: 5 - used, resetAfterMs: 1_000 * used, resetAt: resetAt + 1_000 * (used - 1) };
      await process.settle(permit, success(words));
      assert.equal(await roomFor(stage, process), 0, `after ${4 - index} answers`);
    }
  },
  "believes Discord when somebody else uses the bucket": async (open) => {
    const [stage, process] = await known(open);
    const { permit } = await process.ask(messages());
    await process.settle(permit, success({ remaining: 0, resetAfterMs: 5_000, resetAt: stage.now() + 5_000 }));
    assert.equal(await roomFor(stage, process), 0);
    await stage.advance(3_000);
    assert.equal(await roomFor(stage, process), 3);
  },
  "goes on when a driver has failed, and tells": async (open) => {
    const [stage, process] = await known(open);
    process.failure = new Error("no connection");
    const ticket = await process.ask(messages());
    const hurried = await process.ask(messages(), { maxWaitMs: 100 });
    await stage.advance(1_000);
    assert.ok(waits(ticket));
    assert.equal(hurried.refusal.reason, "wait-too-long");
    assert.ok(process.errors.length >= 3 && process.errors.every((error) => error === process.failure));
    process.failure = null;
    await stage.advance(300);
    assert.ok(goes(ticket));
  },
  "bears a driver that fails when it is told of an answer: the permit then expires": async (open) => {
    const [stage, process] = await known(open);
    const { permit } = await process.ask(messages());
    process.failure = new Error("no connection");
    await process.settle(permit, success({ remaining: 3, resetAfterMs: 2_000 }));
    process.failure = null;
    assert.equal(process.errors.length, 1);
    await stage.advance(2_000);
    assert.equal(await roomFor(stage, process), 4);
  },
  "lets nobody go early, nor wait longer, when the driver's clock is set back an hour": async (open) => {
    const [stage, process] = await known(open);
    const tickets = await process.askMany(3, messages(), { priority: "critical" });
    await stage.advance(100);
    const permits = tickets.map(({ permit }) => permit);
    await process.settle(
      permits[0] as never,
      success({ remaining: 3, resetAfterMs: 2_000, resetAt: stage.now() + 2_000 }),
    );
    stage.setDriverClockBack(HOUR_MS);
    assert.equal(await roomFor(stage, process), 1, "no burst");
    for (const permit of permits.slice(1)) await process.settle(permit, { kind: "lost" });
    await stage.advance(5_000);
    assert.equal(await roomFor(stage, process), 5, "all is back in time");
  },
  "keeps holds, bans and the limit over all buckets when the driver's clock is set back an hour": async (open) => {
    const stage = open({ globalPerSecond: 10 });
    const process = await stage.start();
    await process.settle((await process.ask(messages(0))).permit, limited("user", { "retry-after": "5" }));
    const others = [];
    for (let index = 1; index < 9; index += 1) others.push(await process.ask(messages(index)));
    stage.setDriverClockBack(HOUR_MS);
    const later = await process.ask(messages(9));
    assert.ok(granted(others) === 8 && waits(later));
    for (const { permit } of others) await process.settle(permit, plain());
    const held = await process.ask(messages(0));
    await stage.advance(1_100);
    assert.ok(goes(later) && waits(held));
    await stage.advance(3_800);
    assert.ok(waits(held));
    await stage.advance(200);
    await process.settle(held.permit, ban());
    stage.setDriverClockBack(HOUR_MS);
    assert.ok((await process.ask(messages(30))).refusal.retryAfterMs <= 600_000);
    await stage.advance(600_001);
    const last = await process.ask(messages(31));
    await stage.advance(1_100);
    assert.ok(goes(last));
  },
};
