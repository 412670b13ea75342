import type { SeededRandom } from "@tocsin/testkit";

/** A rule of the emulator's control API. */
export interface FaultRule {
  readonly match?: { readonly method?: string; readonly route?: string };
  readonly effect: { readonly kind: string; readonly [member: string]: unknown };
  readonly probability?: number;
  readonly count?: number;
  readonly skip?: number;
}

/** How long the transports wait. */
export const TIMEOUT_MS = 3_000;
/** Longer than that: the call is made after its caller has given up. */
export const LATE_MS = 3_500;
/** Shorter than a relay takes to start anew, so that what it had sent before does not overtake what it sends after. */
export const LATENCY_MS = 150;

const BOT_MESSAGE = { method: "POST", route: "/channels/:channel_id/messages" };
const BOT_POST = { method: "POST", route: "/channels/:channel_id/threads" };
const BOT_EDIT = { method: "PATCH", route: "/channels/:channel_id/messages" };
const START_THREAD = { method: "POST", route: "/channels/:channel_id/messages/:message_id/threads" };
const WEBHOOK_MESSAGE = { method: "POST", route: "/webhooks/" };
const WEBHOOK_EDIT = { method: "PATCH", route: "/webhooks/" };

const FORM = { kind: "reject", code: 50035, errors: { embeds: { _errors: [{ code: "INJECTED", message: "no" }] } } };

/**
 * What goes wrong, and in how many of a thousand requests. Late are only calls that Discord itself tells from their repetition, and
 * those of webhooks, which may double: of an edit or a forum post that arrives after its repetition nobody could know.
 */
const OFTEN: readonly (readonly [perMille: number, effect: FaultRule["effect"], match?: FaultRule["match"]])[] = [
  [12, { kind: "status_after_commit", status: 500 }],
  [8, { kind: "status_after_commit", status: 502 }],
  [14, { kind: "reset_after_commit" }],
  [40, { kind: "latency", latency_ms: LATENCY_MS }, BOT_MESSAGE],
  [40, { kind: "latency", latency_ms: LATENCY_MS }, { route: "/webhooks/" }],
  [3, { kind: "latency", latency_ms: LATE_MS }, BOT_MESSAGE],
  [3, { kind: "latency", latency_ms: LATE_MS }, WEBHOOK_MESSAGE],
  [10, { kind: "status", status: 500 }],
  [5, { kind: "status", status: 502 }],
  [8, { kind: "status", status: 503 }],
  [12, { kind: "reset" }],
  [4, { kind: "rate_limit", scope: "user", retry_after: 0.3 }],
  [6, { kind: "rate_limit", scope: "shared", retry_after: 0.5 }],
  [2, { kind: "rate_limit", scope: "global", retry_after: 0.4 }],
];

/** What surely happens, so many times each: lost answers to each way of writing, and refusals that are final. */
const SURELY: readonly (readonly [count: number, effect: FaultRule["effect"], match: FaultRule["match"]])[] = [
  [3, { kind: "reset_after_commit" }, BOT_MESSAGE],
  [2, { kind: "status_after_commit", status: 504 }, BOT_POST],
  [2, { kind: "reset_after_commit" }, BOT_POST],
  [3, { kind: "reset_after_commit" }, BOT_EDIT],
  [2, { kind: "reset_after_commit" }, START_THREAD],
  [3, { kind: "status_after_commit", status: 500 }, WEBHOOK_MESSAGE],
  [3, { kind: "reset_after_commit" }, WEBHOOK_EDIT],
  [2, FORM, BOT_MESSAGE],
  [2, FORM, WEBHOOK_MESSAGE],
  [1, { kind: "reject", code: 50013 }, START_THREAD],
  [1, { kind: "reject", code: 50013 }, WEBHOOK_EDIT],
];

/** Requests in which each fault surely happens once, and of those that only some of them meet. */
const SURELY_WITHIN = 150;
const SOON = 20;
/** The same where few requests are met. */
const AT_ONCE = 4;

/** Everything that can go wrong with a request, each surely once and some of them often. A ban is not among them: it stops everything. */
export function faultPlan(random: SeededRandom): readonly FaultRule[] {
  const surely = SURELY.map(([count, effect, match = {}]) => ({
    match,
    effect,
    skip: random.integer(1, AT_ONCE),
    count,
  }));
  const often = OFTEN.flatMap(([perMille, effect, match]): readonly FaultRule[] => {
    const where = match === undefined ? {} : { match };
    const once = { ...where, effect, skip: random.integer(1, match === undefined ? SURELY_WITHIN : SOON), count: 1 };
    return [once, { ...where, effect, probability: perMille / 1_000 }];
  });
  return [...surely, ...often];
}

/** Loses the answers to the next new messages of each kind. */
export const LOST_BEFORE_BAN: readonly FaultRule[] = [BOT_MESSAGE, WEBHOOK_MESSAGE].map((match) => ({
  match,
  effect: { kind: "reset_after_commit" },
  count: 3,
}));

/** The page of an edge that has banned the address, once: after that the emulator answers again. */
export const BAN: FaultRule = { effect: { kind: "cloudflare_ban", retry_after: 60 }, count: 1 };
