import type { Outbox } from "../dispatch/outbox.ts";
import type { GatewayFaults } from "./faults.ts";

/** How long a dispatch that is to come late waits for one to let pass. */
const OVERTAKE_MS = 100;

/** Hands deliveries to the outbox, delayed, twice or out of order where faults want it. */
export interface Scrambler {
  push(event: string, deliver: () => void): void;
  close(): void;
}

export function createScrambler(outbox: Outbox, faults: GatewayFaults): Scrambler {
  let late: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  function releaseLate(): void {
    clearTimeout(timer);
    const deliver = late;
    late = undefined;
    deliver?.();
  }

  return {
    push(event, deliver) {
      const delay = faults.strike("delay", { event });
      const isTwice = faults.strike("duplicate", { event }) !== undefined;
      const isLate = faults.strike("reorder", { event }) !== undefined;
      outbox.push(
        () => {
          const tell = () => {
            deliver();
            if (isTwice) deliver();
          };
          if (isLate && !late) {
            late = tell;
            timer = setTimeout(releaseLate, OVERTAKE_MS).unref();
            return;
          }
          tell();
          releaseLate();
        },
        delay?.kind === "delay" ? delay.delay_ms : 0,
      );
    },
    close() {
      clearTimeout(timer);
      late = undefined;
    },
  };
}
