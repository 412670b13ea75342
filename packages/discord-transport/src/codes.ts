import type { Reason } from "@tocsin/alert/plugin";

/** What to do with an operation that Discord answered with an error. */
export interface Verdict {
  readonly kind: "retryable" | "rejected";
  readonly reason: Reason;
}

/** Surely not done, and the same call may succeed later. */
const later = (reason: Reason): Verdict => ({ kind: "retryable", reason });
/** Never will be done in this form. */
const never = (reason: Reason): Verdict => ({ kind: "rejected", reason });

/**
 * Discord's JSON error codes that a webhook can meet, and what each means for the operation. A code that is not here is
 * judged by its HTTP status. Meanings: https://docs.discord.com/developers/topics/opcodes-and-status-codes
 */
export const CODES: ReadonlyMap<number, Verdict & { readonly meaning: string }> = new Map([
  [10003, { ...never("target-gone"), meaning: "unknown channel or thread" }],
  [10008, { ...never("target-gone"), meaning: "unknown message; a delete counts as delivered" }],
  [10014, { ...never("invalid-form"), meaning: "unknown emoji" }],
  [10015, { ...never("target-gone"), meaning: "unknown webhook: never call it again" }],
  [20009, { ...never("other"), meaning: "explicit content" }],
  [20016, { ...later("rate-limited"), meaning: "slow mode" }],
  [20022, { ...later("rate-limited"), meaning: "announcement edit limit" }],
  [20028, { ...later("rate-limited"), meaning: "write limit of the channel" }],
  [20029, { ...later("rate-limited"), meaning: "write limit of the server" }],
  [30015, { ...never("invalid-form"), meaning: "too many attachments" }],
  [30046, { ...later("rate-limited"), meaning: "edit limit of messages older than an hour" }],
  [40001, { ...never("unauthorized"), meaning: "unauthorized" }],
  [40002, { ...never("forbidden"), meaning: "account not verified" }],
  [40004, { ...later("server-error"), meaning: "sending is switched off for a while" }],
  [40005, { ...never("too-large"), meaning: "request too large" }],
  [40006, { ...later("server-error"), meaning: "feature is switched off for a while" }],
  [40062, { ...later("rate-limited"), meaning: "service limit" }],
  [40067, { ...never("invalid-form"), meaning: "forum post needs a tag" }],
  [40333, { ...never("forbidden"), meaning: "blocked in front of Discord (User-Agent)" }],
  [50001, { ...never("forbidden"), meaning: "missing access" }],
  [50005, { ...never("forbidden"), meaning: "message of another author" }],
  [50006, { ...never("invalid-form"), meaning: "empty message" }],
  [50008, { ...never("unsupported"), meaning: "channel takes no messages" }],
  [50013, { ...never("forbidden"), meaning: "missing permissions" }],
  [50021, { ...never("forbidden"), meaning: "system message" }],
  [50024, { ...never("unsupported"), meaning: "not possible on this kind of channel" }],
  [50027, { ...never("unauthorized"), meaning: "invalid webhook token" }],
  [50035, { ...never("invalid-form"), meaning: "invalid form, with an error tree" }],
  [50045, { ...never("too-large"), meaning: "file too large" }],
  [50046, { ...never("invalid-form"), meaning: "invalid file" }],
  [50083, { ...never("unsupported"), meaning: "thread is archived; a webhook cannot open it for an edit" }],
  [50109, { ...never("invalid-form"), meaning: "invalid JSON" }],
  [130000, { ...later("server-error"), meaning: "overloaded" }],
  [160005, { ...never("forbidden"), meaning: "thread is locked" }],
  [160006, { ...later("other"), meaning: "too many active threads" }],
  [160007, { ...later("other"), meaning: "too many active announcement threads" }],
  [200000, { ...never("other"), meaning: "blocked by automatic moderation" }],
  [200001, { ...never("other"), meaning: "title blocked by automatic moderation" }],
  [220001, { ...never("invalid-form"), meaning: "forum: needs a thread name or id" }],
  [220002, { ...never("invalid-form"), meaning: "forum: thread name and id exclude each other" }],
  [220003, { ...never("invalid-form"), meaning: "thread name outside of a forum" }],
  [240000, { ...never("other"), meaning: "harmful link" }],
  [520003, { ...never("invalid-form"), meaning: "a poll cannot be edited" }],
] as const);

const STATUSES: ReadonlyMap<number, Verdict> = new Map([
  [400, never("invalid-form")],
  [401, never("unauthorized")],
  [403, never("forbidden")],
  [404, never("target-gone")],
  // The server says that it did not take the request.
  [408, later("server-error")],
  [413, never("too-large")],
  [425, later("server-error")],
  [503, later("server-error")],
]);

/**
 * What a status from 300 up means when Discord's code tells no more, except 429. `null`: the status does not say whether the
 * operation was done (a 5xx other than 503).
 *
 * Discord's errors always have a numeric code, if only 0. Without one, a redirect, a lack of permission or a missing page is
 * the word of a proxy or an edge in front of Discord: the request did not get through, and the next one may.
 */
export function verdictOfStatus(status: number, hasCode: boolean): Verdict | null {
  if (!hasCode && isWordOfProxies(status)) return later("server-error");
  return STATUSES.get(status) ?? (status >= 500 ? null : never("other"));
}

function isWordOfProxies(status: number): boolean {
  return status < 400 || status === 401 || status === 403 || status === 404 || status === 407;
}
