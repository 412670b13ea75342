import { redact } from "@tocsin/errors";
import type { ServiceChange, ServiceName } from "./backends.ts";

export interface ServiceStateOptions {
  readonly service: ServiceName;
  /** What operators call it, and where it is: `Redis at cache.internal:6379`. */
  readonly title: string;
  /** What its absence means. */
  readonly consequence: string;
  readonly onChange: (change: ServiceChange) => void;
}

/** What is known of one service, of which several parts may fail by themselves. */
export interface ServiceState {
  failed(part: string, error: unknown): void;
  recovered(part: string): void;
  /** `false` also before anything is known. */
  isUsable(): boolean;
  /** Resolves when it was usable once. */
  whenUsable(): Promise<void>;
  /** From now on nothing is told: what fails, fails because it is being closed. */
  end(): void;
}

/** From the first part that fails until all of them work again is one outage. It is told once at each end. */
export function createServiceState({ service, title, consequence, onChange }: ServiceStateOptions): ServiceState {
  const failing = new Set<string>();
  const usable = Promise.withResolvers<void>();
  let state: "unknown" | ServiceChange["state"] = "unknown";
  let isEnded = false;

  return {
    failed(part, error) {
      if (isEnded) return;
      failing.add(part);
      if (state === "away") return;
      state = "away";
      onChange({ service, state, message: `${title} cannot be used (${reasonOf(error)}): ${consequence}` });
    },
    recovered(part) {
      failing.delete(part);
      if (isEnded || failing.size > 0 || state === "back") return;
      const wasAway = state === "away";
      state = "back";
      usable.resolve();
      if (wasAway) onChange({ service, state, message: `${title} is back` });
    },
    isUsable: () => state === "back",
    whenUsable: () => usable.promise,
    end() {
      isEnded = true;
    },
  };
}

const REASON_LENGTH_MAX = 160;

/** What it comes down to, in one line. Our own errors are wrapped around it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return redact(String(error));
  if (error.cause instanceof Error) return reasonOf(error.cause);
  // Several addresses that all fail have a code and no message.
  const { code } = error as NodeJS.ErrnoException;
  const text = error.message === "" ? (code ?? error.name) : error.message;
  return redact(text).replaceAll(/\s+/g, " ").slice(0, REASON_LENGTH_MAX);
}
