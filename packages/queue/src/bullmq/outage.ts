import { redact, TocsinError } from "@tocsin/errors";
import type { SharingState } from "./bullmq-scheduler.ts";

/** What can fail by itself: Redis may be full, read-only or silent while the connection stands. */
type Part = "connection" | "offering" | "taking";

export interface Outage {
  failed(part: Part, error: unknown): void;
  recovered(part: Part): void;
  /** Nothing is told any more: what fails from now on fails because it is being closed. */
  end(): void;
}

export interface OutageOptions {
  readonly onError: (error: unknown) => void;
  readonly onStateChange: (state: SharingState) => void;
}

/** What fails again within this time has not recovered. */
const SETTLE_MS = 1_000;

/** From the first failure of any part until all of them have worked for a while is one outage, and is told once. */
export function createOutage({ onError, onStateChange }: OutageOptions): Outage {
  const failing = new Set<Part>();
  /** What was told last; nothing at the start, so that the first outcome is told whichever it is. */
  let told: SharingState["state"] | null = null;
  let settling: NodeJS.Timeout | null = null;
  let isEnded = false;

  function unsettle(): void {
    if (settling !== null) clearTimeout(settling);
    settling = null;
  }

  function tell(change: SharingState): void {
    settling = null;
    if (told === change.state) return;
    told = change.state;
    try {
      onStateChange(change);
    } catch {
      // A listener's mistake must not end the connection's work.
    }
  }

  return {
    failed(part, cause) {
      if (isEnded) return;
      unsettle();
      failing.add(part);
      if (told === "unavailable") return;
      const error = unavailable(cause);
      onError(error);
      tell({ state: "unavailable", error });
    },
    recovered(part) {
      if (isEnded) return;
      failing.delete(part);
      // Before the connection has ever stood, nothing else can tell that it works.
      if (told === null && part === "connection") tell({ state: "available" });
      if (told !== "unavailable" || failing.size > 0 || settling !== null) return;
      settling = setTimeout(() => tell({ state: "available" }), SETTLE_MS);
    },
    end() {
      isEnded = true;
      unsettle();
    },
  };
}

/** The cause itself is left behind: ioredis keeps the command's arguments in it, the password among them. */
function unavailable(cause: unknown): TocsinError {
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : String(cause);
  return new TocsinError(`wakes are not shared, since Redis is not available: ${redact(reason)}`, {
    code: "QUEUE_REDIS_UNAVAILABLE",
    retryable: true,
  });
}
