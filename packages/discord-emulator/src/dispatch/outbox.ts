import { AsyncLocalStorage } from "node:async_hooks";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventOrder } from "../gateway/options.ts";

/** How long events may wait for the answer of their call. */
const MAX_HOLD_MS = 1000;
/** How much earlier than the answer events leave where they come first: as long as it takes a client to read them. */
const LEAD_MS = 20;

/** Something to deliver, and what it must wait for. */
interface Parcel {
  readonly deliver: () => void;
  /** The call that caused it. */
  readonly call: { isAnswered: boolean } | undefined;
  readonly heldUntil: number;
  readonly earliestAt: number;
}

/** Delivers events in one order for everybody: before or after the answers of the calls that cause them. */
export interface Outbox {
  order: EventOrder;
  /** Whether all that was delivered is on its way to its readers; whoever delivers says so. @default always */
  isSent: () => boolean;
  /** Runs a call; events that it causes wait until `response` was sent, or has failed. */
  during<T>(response: ServerResponse, call: () => Promise<T>): Promise<T>;
  /** Delivers at once, or when all before it are delivered, the answer of the present call was sent, and `delayMs` are over. */
  push(deliver: () => void, delayMs?: number): void;
  /** Drops everything that waits. */
  close(): void;
}

/** Creates an empty outbox. Nothing waits longer than a second for an answer, so that one slow call does not hold up the rest. */
export function createOutbox(order: EventOrder): Outbox {
  const calls = new AsyncLocalStorage<{ isAnswered: boolean; hasEvents: boolean }>();
  let parcels: Parcel[] = [];
  let timer: NodeJS.Timeout | undefined;

  function waitMs({ call, heldUntil, earliestAt }: Parcel): number {
    const now = performance.now();
    const held = call && !call.isAnswered ? heldUntil - now : 0;
    return Math.max(held, earliestAt - now);
  }

  function flush(): void {
    clearTimeout(timer);
    let count = 0;
    for (const parcel of parcels) {
      const ms = waitMs(parcel);
      if (ms > 0) {
        timer = setTimeout(flush, Math.ceil(ms)).unref();
        break;
      }
      count += 1;
    }
    const ready = parcels.slice(0, count);
    parcels = parcels.slice(count);
    for (const { deliver } of ready) deliver();
  }

  /** Events that come first are on their way, and have the time to arrive, unless a reader holds them up. */
  async function lead(): Promise<void> {
    const until = performance.now() + MAX_HOLD_MS;
    while (!outbox.isSent() && performance.now() < until) await sleep(1);
    await sleep(LEAD_MS);
  }

  const outbox: Outbox = {
    order,
    isSent: () => true,
    async during(response, work) {
      const call = { isAnswered: false, hasEvents: false };
      const release = () => {
        if (call.isAnswered) return;
        call.isAnswered = true;
        // The answer is with the operating system now; events get their own turn after it.
        if (parcels.length > 0) setImmediate(flush);
      };
      response.once("finish", release).once("close", release);
      return calls.run(call, async () => {
        const result = await work();
        if (outbox.order === "before" && call.hasEvents) await lead();
        return result;
      });
    },
    push(deliver, delayMs = 0) {
      const now = performance.now();
      const call = calls.getStore();
      if (call) call.hasEvents = true;
      parcels.push({
        deliver,
        call: outbox.order === "after" ? call : undefined,
        heldUntil: now + MAX_HOLD_MS,
        earliestAt: now + delayMs,
      });
      if (parcels.length === 1) flush();
    },
    close() {
      clearTimeout(timer);
      parcels = [];
    },
  };
  return outbox;
}
