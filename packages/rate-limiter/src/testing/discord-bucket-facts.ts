import assert from "node:assert/strict";
import { toDiscordRoute } from "../discord/discord-route.ts";
import { idOf, messages, plain, success, webhook } from "./discord-answers.ts";
import type { DiscordFacts, OpenStage } from "./discord-facts.ts";
import { createDiscordFake, type DiscordFakeOptions, mostAllowed } from "./discord-fake.ts";
import { goes, granted, waits } from "./discord-stage.ts";

const MINUTE_MS = 60_000;
const sliding = { shape: "sliding", limitCount: 5, windowMs: 5_000 } as const;
const fixed = { shape: "fixed", limitCount: 10, windowMs: 10_000 } as const;

/** Floods one channel for a minute; no request may be refused. Gives the share of what the rule lets through at most. */
async function shareOfAMinute(
  open: OpenStage,
  options: DiscordFakeOptions,
  latencyMs: () => number = () => 50,
): Promise<number> {
  const stage = open();
  const discord = createDiscordFake(options);
  const process = await stage.start();
  process.flood(discord, messages(), { untilMs: MINUTE_MS, wantedCount: options.rule.limitCount + 3, latencyMs });
  await stage.advance(MINUTE_MS);
  assert.deepEqual(discord.limitedCounts, { user: 0, shared: 0, global: 0 });
  return discord.allowedAt.length / mostAllowed(options.rule, MINUTE_MS);
}

/** What is learned about a bucket. */
export const bucketFacts: DiscordFacts = {
  "asks an unknown bucket with one request, and lets the others follow its answer": async (open) => {
    const stage = open();
    const process = await stage.start();
    const tickets = await process.askMany(8, messages());
    await stage.advance(2_000);
    assert.equal(granted(tickets), 1);
    await process.settle(tickets[0]?.permit as never, success({ remaining: 4, resetAfterMs: 1_000 }));
    await stage.advance(100);
    assert.equal(granted(tickets), 4, "three more: the fifth token is held back for critical requests");
  },
  "waits a second before it asks an unknown bucket again whose answer was lost": async (open) => {
    const stage = open();
    const process = await stage.start();
    const [first, second] = await process.askMany(2, messages());
    await process.settle(first?.permit as never, { kind: "lost" });
    await stage.advance(990);
    assert.ok(waits(second));
    await stage.advance(60);
    assert.ok(goes(second));
  },
  "lets ten at once where answers tell no limits": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, plain());
    const tickets = await process.askMany(12, messages());
    await stage.advance(500);
    assert.equal(granted(tickets), 10);
  },
  "learns nothing from a server that fails": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, plain(502));
    const tickets = await process.askMany(4, messages());
    await stage.advance(2_000);
    assert.equal(granted(tickets), 1);
  },
  "fills a sliding bucket: one request for each token that comes back": async (open) => {
    const share = await shareOfAMinute(open, { rule: sliding });
    // One is held back for critical requests, and the last one is on its way.
    assert.ok(share >= 63 / 65, `share ${share}`);
  },
  "fills a fixed window, and none twice": async (open) => {
    const share = await shareOfAMinute(open, { rule: fixed });
    assert.ok(share >= 0.98, `share ${share}`);
  },
  "does not care how far Discord's clock is off": async (open) => {
    const share = await shareOfAMinute(open, { rule: fixed, skewMs: -7_200_000 });
    assert.ok(share >= 0.98, `share ${share}`);
  },
  "takes a first answer that leaves nothing for a fixed window, which it may be": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, success({ remaining: 0, resetAfterMs: 3_000 }));
    const next = await process.ask(messages());
    await stage.advance(2_950);
    assert.ok(waits(next));
    await stage.advance(100);
    assert.ok(goes(next));
  },
  "is careful with the period of a bucket that others have used": async (open) => {
    const stage = open();
    const process = await stage.start();
    const resetAt = stage.now() + 4_500;
    const first = await process.ask(messages(), { priority: "critical" });
    await process.settle(first.permit, success({ remaining: 1, resetAfterMs: 3_500, resetAt: resetAt - 1_000 }));
    const second = await process.ask(messages(), { priority: "critical" });
    await stage.advance(20);
    await process.settle(second.permit, success({ remaining: 0, resetAfterMs: 4_500, resetAt }));
    const next = await process.ask(messages(), { priority: "critical" });
    // A period lies between 0.9 s and 1.125 s: a token is there after 0 to 0.9 s.
    await stage.advance(890);
    assert.ok(waits(next));
    await stage.advance(50);
    assert.ok(goes(next));
  },
  "counts routes with one hash together, once it knows": async (open) => {
    const stage = open();
    const process = await stage.start();
    const slack = toDiscordRoute("POST", `/webhooks/${idOf(0)}/token/slack`);
    await process.settle((await process.ask(webhook())).permit, success({ remaining: 4, resetAfterMs: 1_000 }));
    await process.settle((await process.ask(slack)).permit, success({ remaining: 3, resetAfterMs: 2_000 }));
    const own = await process.askMany(4, webhook());
    await stage.advance(100);
    const others = await process.askMany(4, slack);
    await stage.advance(100);
    assert.equal(granted([...own, ...others]), 2);
  },
  "counts each channel for itself": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages(0))).permit, success({ remaining: 0, resetAfterMs: 5_000 }));
    assert.ok(waits(await process.ask(messages(0))));
    assert.ok(goes(await process.ask(messages(1))));
  },
  "takes requests and waits along when a bucket gets another hash": async (open) => {
    const hashOf = (nowMs: number): string => `since ${Math.floor(nowMs / 7_000)}`;
    const share = await shareOfAMinute(open, { rule: sliding, hashOf });
    assert.ok(share >= 0.9, `share ${share}`);
  },
  "bears a hash that changes to and fro": async (open) => {
    const hashOf = (nowMs: number): string => `hash ${Math.floor(nowMs / 70) % 2}`;
    const share = await shareOfAMinute(open, { rule: sliding, hashOf });
    assert.ok(share >= 0.7, `share ${share}`);
  },
  "is not misled by answers that overtake each other": async (open) => {
    let turn = 0;
    const latencies = [5, 700, 40, 1_500, 90, 10, 300];
    const share = await shareOfAMinute(open, { rule: sliding }, () => latencies[turn++ % latencies.length] ?? 0);
    assert.ok(share >= 0.9, `share ${share}`);
  },
};
