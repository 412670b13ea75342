import assert from "node:assert/strict";
import { messages, plain, success } from "./discord-answers.ts";
import { drain } from "./discord-drain.ts";
import type { DiscordFacts } from "./discord-facts.ts";
import { goes, waits } from "./discord-stage.ts";

const isAbout = (found: number, expected: number): boolean => Math.abs(found - expected) <= 120;

/** How long somebody waits at most, and what is said about it. */
export const waitFacts: DiscordFacts = {
  "refuses a wait at once that is known to be longer than wanted, and says how long it is": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const { reason, retryAfterMs } = (await process.ask(messages(), { maxWaitMs: 500 })).refusal;
    assert.equal(reason, "wait-too-long");
    // A critical request waits for one token, a normal one for two.
    assert.ok(isAbout(retryAfterMs, 2_000), `${retryAfterMs} ms`);
    const again = await process.ask(messages(), { maxWaitMs: 500, priority: "critical" });
    assert.ok(isAbout(again.refusal.retryAfterMs, 1_000), `${again.refusal.retryAfterMs} ms`);
  },
  "gives a permit to whoever comes back after that time": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const { retryAfterMs } = (await process.ask(messages(), { maxWaitMs: 0 })).refusal;
    await stage.advance(retryAfterMs);
    assert.ok(goes(await process.ask(messages(), { maxWaitMs: 0 })));
  },
  "lets wait who wants to wait long enough, each behind those before": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const tickets = await process.askMany(5, messages(), { maxWaitMs: 4_500 });
    assert.deepEqual(
      tickets.map(({ answer }) => answer?.kind ?? "waits"),
      ["waits", "waits", "waits", "refused", "refused"],
    );
    assert.ok(isAbout(tickets[4]?.refusal.retryAfterMs ?? 0, 5_000), JSON.stringify(tickets[4]?.refusal));
  },
  "refuses at the end of its time who hoped for less": async (open) => {
    const stage = open();
    const process = await stage.start();
    const probe = (await process.ask(messages())).permit;
    const ticket = await process.ask(messages(), { maxWaitMs: 3_000 });
    await stage.advance(2_900);
    assert.ok(waits(ticket));
    await stage.advance(200);
    assert.equal(ticket.refusal.reason, "wait-too-long");
    assert.ok(ticket.refusal.retryAfterMs > 0);
    await process.settle(probe, plain());
  },
  "gives up for a signal, with its reason, and lets the next one go": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const controller = new AbortController();
    const first = await process.ask(messages(), { signal: controller.signal });
    const second = await process.ask(messages());
    const reason = new Error("no longer needed");
    controller.abort(reason);
    await stage.advance(2_100);
    assert.equal(first.error, reason);
    assert.ok(goes(second));
    const late = await process.ask(messages(), { signal: controller.signal });
    assert.equal(late.error, reason);
  },
  "lets no more wait than are allowed to": async (open) => {
    const stage = open();
    const process = await stage.start({ maxWaitingCount: 4 });
    await drain(stage, process, messages());
    const tickets = await process.askMany(5, messages());
    assert.deepEqual(
      tickets.map(({ answer }) => answer?.kind ?? "waits"),
      ["waits", "waits", "waits", "waits", "refused"],
    );
    assert.ok((tickets[4]?.refusal.retryAfterMs ?? 0) >= 1_000, JSON.stringify(tickets[4]?.refusal));
  },
  "refuses all that wait and come when it is closed, and still learns": async (open) => {
    const stage = open();
    const process = await stage.start();
    const { permit } = await process.ask(messages(1));
    await drain(stage, process, messages());
    const waiting = await process.askMany(3, messages());
    await Promise.all([process.limiter.close(), process.limiter.close()]);
    const later = await process.ask(messages(2));
    for (const { refusal } of [...waiting, later]) {
      assert.equal(refusal.reason, "wait-too-long");
      assert.ok(refusal.retryAfterMs > 0);
    }
    await process.settle(permit, success({ remaining: 4, resetAfterMs: 1_000 }));
    assert.deepEqual(process.errors, []);
  },
  "tells how long requests would wait, and takes nothing for it": async (open) => {
    const stage = open();
    const process = await stage.start();
    assert.deepEqual(await process.limiter.estimate(messages(5)), [0]);
    await drain(stage, process, messages());
    const alone = await process.limiter.estimate(messages(), { count: 3 });
    for (const [index, waitMs] of alone.entries()) assert.ok(isAbout(waitMs, 2_000 + 1_000 * index), alone.join());
    await process.askMany(2, messages());
    await stage.advance(20);
    const behind = await process.limiter.estimate(messages(), { count: 2 });
    for (const [index, waitMs] of behind.entries()) assert.ok(isAbout(waitMs, 4_000 + 1_000 * index), behind.join());
    const [critical = 0] = await process.limiter.estimate(messages(), { priority: "critical" });
    assert.ok(isAbout(critical, 1_000), `${critical} ms`);
  },
  "estimates a wait without end for a dead credential": async (open) => {
    const stage = open();
    const process = await stage.start();
    await process.settle((await process.ask(messages())).permit, plain(401));
    const waits = await process.limiter.estimate(messages(), { count: 2 });
    assert.deepEqual(waits, [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  },
  "tells how long a permit was waited for, and numbers permits": async (open) => {
    const stage = open();
    const process = await stage.start();
    await drain(stage, process, messages());
    const ticket = await process.ask(messages());
    const other = await process.ask(messages(1));
    await stage.advance(2_100);
    assert.ok(isAbout(ticket.permit.waitedMs, 2_000), `${ticket.permit.waitedMs} ms`);
    assert.equal(other.permit.waitedMs, 0);
    assert.equal(ticket.permit.sequence, other.permit.sequence + 1);
  },
};
