import type { SeededRandom } from "@tocsin/testkit";

/** A rule of the emulator's control API. */
export interface FaultRule {
  readonly match?: { readonly method: string; readonly route: string };
  readonly effect: { readonly kind: string; readonly [member: string]: unknown };
  readonly probability?: number;
  readonly count?: number;
  readonly skip?: number;
}

/** Longer than the transports wait: the call is made after its caller has given up. */
export const LATE_MS = 3_500;
/** How long the transports wait. */
export const TIMEOUT_MS = 3_000;

/** What goes wrong, and in how many of a thousand requests. */
const FAULTS: readonly (readonly [perMille: number, effect: FaultRule["effect"], match?: FaultRule["match"]])[] = [
  [12, { kind: "status_after_commit", status: 500 }],
  [8, { kind: "status_after_commit", status: 502 }],
  [14, { kind: "reset_after_commit" }],
  [30, { kind: "latency", latency_ms: 200 }],
  // A late edit could overtake a newer one, and nobody could tell: only new messages are late.
  [4, { kind: "latency", latency_ms: LATE_MS }, { method: "POST", route: "/channels/:channel_id/messages" }],
  [4, { kind: "latency", latency_ms: LATE_MS }, { method: "POST", route: "/webhooks/" }],
  [10, { kind: "status", status: 500 }],
  [5, { kind: "status", status: 502 }],
  [8, { kind: "status", status: 503 }],
  [12, { kind: "reset" }],
  [4, { kind: "rate_limit", scope: "user", retry_after: 0.3 }],
  [6, { kind: "rate_limit", scope: "shared", retry_after: 0.5 }],
  [2, { kind: "rate_limit", scope: "global", retry_after: 0.4 }],
  [4, { kind: "reject", code: 50013 }],
  [3, { kind: "reject", code: 50035, errors: { content: { _errors: [{ code: "INJECTED", message: "no" }] } } }],
];

/** Requests in which each fault surely happens once, and of those that only some of them meet. */
const SURELY_WITHIN = 150;
const SOON = 20;

/** Every way to write: its answer is lost surely. */
const WRITES: readonly NonNullable<FaultRule["match"]>[] = [
  { method: "POST", route: "/channels/:channel_id/messages" },
  { method: "POST", route: "/channels/:channel_id/messages/:message_id/threads" },
  { method: "POST", route: "/channels/:channel_id/threads" },
  { method: "PATCH", route: "/channels/:channel_id/messages/:message_id" },
  { method: "DELETE", route: "/channels/:channel_id/messages/:message_id" },
  { method: "POST", route: "/webhooks/:webhook_id/:webhook_token" },
  { method: "PATCH", route: "/webhooks/:webhook_id/:webhook_token" },
  { method: "DELETE", route: "/webhooks/:webhook_id/:webhook_token" },
];
const LOST_OF_EACH_COUNT = 3;

/** Everything that can go wrong with a request, each surely once and some of them often. A ban is not among them: it stops everything. */
export function faultPlan(random: SeededRandom): readonly FaultRule[] {
  const chances = FAULTS.flatMap(([perMille, effect, match]): readonly FaultRule[] => {
    const where = match === undefined ? {} : { match };
    const once = { ...where, effect, skip: random.integer(1, match === undefined ? SURELY_WITHIN : SOON), count: 1 };
    return [once, { ...where, effect, probability: perMille / 1_000 }];
  });
  const lost = WRITES.map((match) => {
    const effect = { kind: random.pick(["reset_after_commit", "status_after_commit"]), status: 504 };
    return {
      match,
      effect: effect.kind === "reset_after_commit" ? { kind: effect.kind } : effect,
      skip: 3,
      count: LOST_OF_EACH_COUNT,
    };
  });
  return [...lost, ...chances];
}

/** Loses answers to new messages of bots, for as many calls as given. */
export const lostBotAnswers = (count: number): FaultRule => ({
  match: { method: "POST", route: "/channels/:channel_id/messages" },
  effect: { kind: "reset_after_commit" },
  count,
});

/** The page of an edge that has banned the address, once: after that the emulator answers again. */
export const BAN: FaultRule = { effect: { kind: "cloudflare_ban", retry_after: 60 }, count: 1 };
