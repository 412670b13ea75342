import assert from "node:assert/strict";
import type { PermitPriority } from "../discord/discord-limiter.ts";
import { messages, success } from "./discord-answers.ts";
import { drain } from "./discord-drain.ts";
import type { DiscordFacts } from "./discord-facts.ts";
import { createDiscordFake } from "./discord-fake.ts";
import { type DiscordStage, goes, granted, type StageProcess, type Ticket, waits } from "./discord-stage.ts";

const rule = { shape: "sliding", limitCount: 5, windowMs: 5_000 } as const;
const latencyMs = (): number => 20;
const majorOf = (index: number): string => messages(index).major;

/** Lets time pass, answers whoever gets a permit, and gives the names in the order of their permits. */
async function order(
  stage: DiscordStage,
  waiting: ReadonlyMap<string, readonly [StageProcess, Ticket]>,
  seconds: number,
) {
  const names: string[] = [];
  for (let step = 0; step < seconds * 10; step += 1) {
    for (const [name, [process, { answer }]] of waiting) {
      if (answer?.kind !== "permit" || names.includes(name)) continue;
      names.push(name);
      const resetAt = stage.now() + 5_000;
      await process.settle(answer, success({ remaining: 0, resetAfterMs: 5_000, resetAt }));
    }
    await stage.advance(100);
  }
  return names;
}

async function queue(process: StageProcess, names: readonly string[]): Promise<Map<string, [StageProcess, Ticket]>> {
  const waiting = new Map<string, [StageProcess, Ticket]>();
  for (const name of names) {
    const priority = name.split(" ")[0] as PermitPriority;
    waiting.set(name, [process, await process.ask(messages(), { priority })]);
  }
  return waiting;
}

/** Who goes first. */
export const turnFacts: DiscordFacts = {
  "lets the higher priority go first, then who came first": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const names = ["low 1", "normal 1", "normal 2", "critical 1", "low 2", "critical 2"];
    const expected = ["critical 1", "critical 2", "normal 1", "normal 2", "low 1", "low 2"];
    assert.deepEqual(await order(stage, await queue(process, names), 11), expected);
  },
  "lets a critical request go before a backlog that has waited for minutes": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const backlog = await queue(
      process,
      Array.from({ length: 200 }, (_, index) => `normal ${index}`),
    );
    await order(stage, backlog, 150);
    const critical = await process.ask(messages(), { priority: "critical" });
    await order(stage, backlog, 3);
    assert.ok(goes(critical));
  },
  "gives each eighth permit to who has waited longest, so that nobody waits for ever": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const names = ["low 1", "low 2", ...Array.from({ length: 20 }, (_, index) => `critical ${index}`)];
    const served = await order(stage, await queue(process, names), 22);
    assert.ok(served.indexOf("low 1") <= 8 && served.indexOf("low 2") <= 16, served.join());
  },
  "holds back a token for critical requests": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, success({ remaining: 4, resetAfterMs: 1_000 }));
    const normal = await process.askMany(4, messages());
    await stage.advance(200);
    assert.equal(granted(normal), 3);
    assert.ok(goes(await process.ask(messages(), { priority: "critical" })));
  },
  "holds nothing back in a bucket of two": async (open) => {
    const stage = open();
    const process = await stage.start();
    const words = { limit: 2, remaining: 1, resetAfterMs: 1_000 };
    await process.settle((await process.ask(messages())).permit, success(words));
    const ticket = await process.ask(messages());
    await stage.advance(100);
    assert.ok(goes(ticket));
  },
  "lets buckets take turns at the limit over all of them": async (open) => {
    const stage = open({ globalPerSecond: 10 });
    const discord = createDiscordFake({ rule: { ...rule, windowMs: 500 } });
    const process = await stage.start();
    const sent = countBy(discord);
    for (let index = 0; index < 12; index += 1) {
      process.flood(sent.discord, messages(index), { untilMs: 20_000, wantedCount: index === 0 ? 30 : 3, latencyMs });
    }
    await stage.advance(20_000);
    const counts = Array.from({ length: 12 }, (_, index) => sent.counts.get(majorOf(index)) ?? 0);
    assert.ok(Math.min(...counts) >= 0.7 * Math.max(...counts), counts.join());
  },
  "lets a critical request of another bucket pass a crowd at the limit over all of them": async (open) => {
    const stage = open({ globalPerSecond: 10 });
    const process = await stage.start();
    const crowd = [];
    for (let index = 0; index < 60; index += 1) crowd.push(await process.ask(messages(index)));
    const critical = await process.ask(messages(99), { priority: "critical" });
    await stage.advance(100);
    assert.ok(goes(critical));
    assert.equal(granted(crowd), 9);
  },
};

/** Turns between processes on one state. */
export const sharedTurnFacts: DiscordFacts = {
  "gives one bucket to one process after the other": async (open) => {
    const stage = open();
    const discord = createDiscordFake({ rule });
    const flooded = [];
    for (let index = 0; index < 3; index += 1) {
      const process = await stage.start();
      const sent = countBy(discord);
      process.flood(sent.discord, messages(), { untilMs: 60_000, wantedCount: 1 + 4 * index, latencyMs });
      flooded.push(sent);
    }
    await stage.advance(60_000);
    const counts = flooded.map(({ counts: each }) => each.get(majorOf(0)) ?? 0);
    assert.deepEqual(discord.limitedCounts, { user: 0, shared: 0, global: 0 });
    assert.ok(Math.min(...counts) >= 18 && discord.allowedAt.length >= 63, counts.join());
  },
  "lets a critical request of one process go before the others' backlog": async (open) => {
    const stage = open();
    const [first, second] = [await stage.start(), await stage.start()];
    await drain(stage, first, messages());
    const waiting = await queue(first, ["normal 1", "normal 2", "normal 3", "normal 4"]);
    await stage.advance(50);
    waiting.set("critical", [second, await second.ask(messages(), { priority: "critical" })]);
    assert.equal((await order(stage, waiting, 3))[0], "critical");
  },
  "waits no more than a moment for a process that has died in line": async (open) => {
    const stage = open();
    const [first, second] = [await stage.start(), await stage.start()];
    await drain(stage, first, messages());
    await first.ask(messages());
    first.failure = new Error("gone");
    const ticket = await second.ask(messages());
    await stage.advance(5_200);
    assert.ok(goes(ticket));
  },
  "counts what all processes send over all buckets": async (open) => {
    const stage = open({ globalPerSecond: 10 });
    const [first, second] = [await stage.start(), await stage.start()];
    const tickets = [];
    for (let index = 0; index < 8; index += 1) {
      tickets.push(await first.ask(messages(index)), await second.ask(messages(100 + index)));
    }
    assert.equal(granted(tickets), 9);
  },
  "keeps to one state with whoever starts later": async (open) => {
    const stage = open();
    await drain(stage, await stage.start(), messages());
    const later = await stage.start();
    const ticket = await later.ask(messages(), { priority: "critical" });
    await stage.advance(900);
    assert.ok(waits(ticket));
    await stage.advance(200);
    assert.ok(goes(ticket));
  },
};

/** A fake Discord that also counts by bucket what it lets through. */
function countBy(discord: ReturnType<typeof createDiscordFake>) {
  const counts = new Map<string, number>();
  const handle: typeof discord.handle = (request) => {
    const answer = discord.handle(request);
    if (answer.status === 200) counts.set(request.major, (counts.get(request.major) ?? 0) + 1);
    return answer;
  };
  return { counts, discord: { ...discord, handle } };
}
