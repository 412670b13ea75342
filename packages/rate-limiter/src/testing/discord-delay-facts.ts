import assert from "node:assert/strict";
import type { DiscordRoute } from "../discord/discord-route.ts";
import { bucketHeaders, idOf, interaction, limited, messages, success, webhook } from "./discord-answers.ts";
import type { DiscordFacts } from "./discord-facts.ts";
import { createDiscordFake } from "./discord-fake.ts";
import { type DiscordStage, goes, granted, type StageProcess, waits } from "./discord-stage.ts";

const MINUTE_MS = 60_000;
const CHANNEL = idOf(900);

/** How long the next request on `route` waits, to 50 ms. */
async function nextWait(stage: DiscordStage, process: StageProcess, route: DiscordRoute, mostMs: number) {
  const ticket = await process.ask(route);
  let waitedMs = 0;
  while (ticket.answer === null && waitedMs < mostMs) {
    const stepMs = waitedMs < 4_000 ? 50 : 1_000;
    await stage.advance(stepMs);
    waitedMs += stepMs;
  }
  return { waitedMs, permit: ticket.permit };
}

const delays: readonly (readonly [string, Record<string, string>, unknown, number])[] = [
  ["the header", { "retry-after": "2" }, "", 2_000],
  ["the body", {}, { retry_after: 0.7 }, 700],
  ["the body where the header is the same, rounded up", { "retry-after": "1" }, { retry_after: 0.3 }, 300],
  ["the longer one where they differ", { "retry-after": "3" }, { retry_after: 1.1 }, 3_000],
  [
    "the 429, not the bucket",
    { ...bucketHeaders({ remaining: 0, resetAfterMs: 9_000 }), "retry-after": "1" },
    "",
    1_000,
  ],
];

const waitFacts = Object.fromEntries(
  delays.map(([what, headers, body, expectedMs]): [string, DiscordFacts[string]] => [
    `waits as long as a 429 asks: ${what}`,
    async (open) => {
      const stage = open();
      const process = await stage.start();
      await process.settle((await process.ask(messages())).permit, limited("user", headers, body));
      const { waitedMs } = await nextWait(stage, process, messages(), 20_000);
      assert.ok(waitedMs >= expectedMs && waitedMs <= expectedMs + 50, `${waitedMs} ms`);
    },
  ]),
);

/** What a 429 means. */
export const delayFacts: DiscordFacts = {
  ...waitFacts,
  "waits 1 s, 2 s, 4 s after 429 answers that name no delay, or none at all, and begins anew after another answer":
    async (open) => {
      const stage = open();
      const process = await stage.start();
      const found: number[] = [];
      const answers = [
        limited("user"),
        limited("user", { "retry-after": "0" }),
        limited("user"),
        success({ remaining: 4, resetAfterMs: 1 }),
      ];
      for (const answer of [...answers, limited("user")]) {
        const { waitedMs, permit } = await nextWait(stage, process, messages(), 10_000);
        found.push(waitedMs);
        await process.settle(permit, answer);
      }
      found.push((await nextWait(stage, process, messages(), 10_000)).waitedMs);
      assert.deepEqual(found.slice(0, 4), [0, 1_000, 2_000, 4_000]);
      assert.equal(found[5], 1_000);
    },
  "takes 429 answers without a delay that were under way together for one": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, success({ remaining: 4, resetAfterMs: 1_000 }));
    const tickets = await process.askMany(3, messages(), { priority: "critical" });
    await stage.advance(100);
    for (const { permit } of tickets) await process.settle(permit, limited("user"));
    const { waitedMs } = await nextWait(stage, process, messages(), 10_000);
    assert.ok(waitedMs >= 950 && waitedMs <= 1_000, `${waitedMs} ms`);
  },
  "holds back one bucket alone for a limit of scope user": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages(0))).permit, limited("user", { "retry-after": "5" }));
    assert.ok(waits(await process.ask(messages(0))));
    assert.ok(goes(await process.ask(messages(1))));
  },
  "asks a bucket again with one request after a 429": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, success({ remaining: 4, resetAfterMs: 1_000 }));
    await process.settle((await process.ask(messages())).permit, limited("user", { "retry-after": "1" }));
    const tickets = await process.askMany(4, messages());
    await stage.advance(5_000);
    assert.equal(granted(tickets), 1);
  },
  "asks again after ten minutes at most where a shared limit wants to wait longer": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, limited("shared", { "retry-after": "3600" }));
    const tickets = await process.askMany(3, messages());
    await stage.advance(599_000);
    assert.equal(granted(tickets), 0);
    await stage.advance(3_000);
    assert.equal(granted(tickets), 1);
  },
  "holds back all webhooks of a channel for a shared limit, and no others": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(webhook(0, CHANNEL))).permit, limited("shared", { "retry-after": "7" }));
    assert.ok(waits(await process.ask(webhook(1, CHANNEL))));
    assert.ok(goes(await process.ask(webhook(2, idOf(901)))));
    assert.ok(goes(await process.ask(webhook(3))));
  },
  "keeps the limit of a channel that no header tells, over all its webhooks": async (open) => {
    const stage = open();
    const rule = { shape: "sliding", limitCount: 5, windowMs: 2_000 } as const;
    const hidden = { shape: "sliding", limitCount: 30, windowMs: MINUTE_MS } as const;
    const discord = createDiscordFake({ rule, hidden });
    const process = await stage.start();
    const flood = { untilMs: 3 * MINUTE_MS, wantedCount: 3, latencyMs: () => 50, hiddenChannel: CHANNEL };
    for (const index of [0, 1, 2]) process.flood(discord, webhook(index, CHANNEL), flood);
    await stage.advance(3 * MINUTE_MS);
    assert.deepEqual(discord.limitedCounts, { user: 0, shared: 0, global: 0 });
    assert.ok(discord.allowedAt.length >= 117, `${discord.allowedAt.length} of 120`);
  },
  "never sends more than that limit in any minute once it was told that it is no sliding one": async (open) => {
    const stage = open();
    const rule = { shape: "sliding", limitCount: 5, windowMs: 2_000 } as const;
    const hidden = { shape: "fixed", limitCount: 30, windowMs: MINUTE_MS } as const;
    const discord = createDiscordFake({ rule, hidden });
    const process = await stage.start();
    const flood = { untilMs: 5 * MINUTE_MS, wantedCount: 6, latencyMs: () => 50, hiddenChannel: CHANNEL };
    process.flood(discord, webhook(0, CHANNEL), flood);
    await stage.advance(5 * MINUTE_MS);
    assert.deepEqual(discord.limitedCounts, { user: 0, shared: 1, global: 0 });
    assert.ok(discord.allowedAt.length >= 140, `${discord.allowedAt.length} of 150`);
  },
  "counts posts of a webhook whose channel the answers tell first": async (open) => {
    const stage = open({ webhookChannel: { limitCount: 2, windowMs: MINUTE_MS } });
    const process = await stage.start();
    const words = { remaining: 4, resetAfterMs: 1_000 };
    for (let count = 0; count < 2; count += 1) {
      const { permit } = await nextWait(stage, process, webhook(0), 5_000);
      await process.settle(permit, { ...success(words), channelId: CHANNEL });
    }
    assert.ok(waits(await process.ask(webhook(1, CHANNEL))));
  },
  "holds back everything of a bot for a global limit, but neither interactions nor other bots": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages(0))).permit, limited("global", { "retry-after": "1" }));
    const held = [await process.ask(messages(0)), await process.ask(messages(1))];
    assert.deepEqual(
      held.map(({ answer }) => answer),
      [null, null],
    );
    assert.ok(goes(await process.ask(interaction())));
    assert.ok(goes(await process.ask(messages(0, "other bot"))));
    assert.ok(goes(await process.ask(webhook())));
    await stage.advance(1_100);
    assert.equal(granted(held), 2);
  },
  "knows a global limit by its body or its header, and waits a second at least": async (open) => {
    const global = [
      limited("user", { "retry-after": "0" }, { global: true }),
      limited("user", { "x-ratelimit-global": "true" }),
    ];
    for (const answer of global) {
      const stage = open();
      const process = await stage.start();
      await process.settle((await process.ask(messages(0))).permit, answer);
      const ticket = await process.ask(messages(1));
      await stage.advance(950);
      assert.ok(waits(ticket));
      await stage.advance(100);
      assert.ok(goes(ticket));
    }
  },
  "sends no more than fifty in any second over all buckets, whatever the network does": async (open) => {
    const stage = open();
    const rule = { shape: "sliding", limitCount: 5, windowMs: 500 } as const;
    const global = { shape: "fixed", limitCount: 50, windowMs: 1_000 } as const;
    const discord = createDiscordFake({ rule, global });
    const process = await stage.start();
    // Those of one second arrive together with those of the next.
    const latencyMs = (): number => (stage.now() % 2_000 < 1_000 ? 900 : 10);
    for (let index = 0; index < 20; index += 1) {
      process.flood(discord, messages(index), { untilMs: 8_000, wantedCount: 4, latencyMs });
    }
    await stage.advance(8_000);
    assert.deepEqual(discord.limitedCounts, { user: 0, shared: 0, global: 0 });
    assert.ok(discord.allowedAt.length >= 80, `${discord.allowedAt.length} in 8 s`);
  },
  "does not count interactions towards the fifty": async (open) => {
    const stage = open({ globalPerSecond: 10 });
    const process = await stage.start();
    const tickets = await Promise.all(Array.from({ length: 30 }, (_, index) => process.ask(interaction(index))));
    const first = await Promise.all(Array.from({ length: 12 }, (_, index) => process.ask(messages(index))));
    assert.equal(granted(tickets), 30);
    assert.equal(granted(first), 9, "one of ten is held back for critical requests");
    assert.ok(goes(await process.ask(messages(50), { priority: "critical" })));
  },
};
