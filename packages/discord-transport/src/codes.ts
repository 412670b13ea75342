import type { Outcome, Reason } from "@tocsin/alert/plugin";

/** What to do with an operation that Discord answered with an error. */
export interface Verdict {
  readonly kind: "retryable" | "rejected";
  readonly reason: Reason;
  /** What would help. Absent: nothing but waiting, or a person. */
  readonly fix?: Fix;
}

/**
 * What helps where the same call does not.
 *
 * - `resend`: what was meant is deleted (the message of an edit, or the one that a repeated nonce stands for): post it as a new
 *   message, under a new nonce
 * - `post-instead`: the edit has to wait, a new message or a reply need not
 * - `degrade`: the same without what is optional: without the reply, the thread, the further reaction
 * - `reshape`: render the payload again, smaller or in the form that is asked for
 * - `unarchive`: open the thread first
 * - `already-done`: nothing is left to do
 * - `register`: register the application's commands again
 * - `one-by-one`: delete the messages singly
 */
export type Fix =
  | "resend"
  | "post-instead"
  | "degrade"
  | "reshape"
  | "unarchive"
  | "already-done"
  | "register"
  | "one-by-one";

/** Surely not done, and the same call may succeed later. */
const later = (reason: Reason, fix?: Fix): Verdict => ({ kind: "retryable", reason, ...(fix && { fix }) });
/** Never will be done in this form. */
const never = (reason: Reason, fix?: Fix): Verdict => ({ kind: "rejected", reason, ...(fix && { fix }) });

const GONE = never("target-gone");
const FORM = never("invalid-form", "reshape");
const LARGE = never("too-large", "reshape");
const FORBIDDEN = never("forbidden");
const UNSUPPORTED = never("unsupported");
const FULL = never("other");
const LIMITED = later("rate-limited");
const DOWN = later("server-error");

const TABLE: readonly (readonly [code: number, meaning: string, verdict: Verdict])[] = [
  [10003, "unknown channel or thread", GONE],
  [10004, "unknown server", GONE],
  [10007, "unknown member", GONE],
  [10008, "unknown message; a delete counts as delivered", never("target-gone", "resend")],
  [10011, "unknown role", GONE],
  [10013, "unknown user", GONE],
  [10014, "unknown emoji", never("invalid-form", "degrade")],
  [10015, "unknown webhook: never call it again", GONE],
  [10062, "unknown interaction: three seconds have passed", GONE],
  [10063, "unknown application command", never("target-gone", "register")],
  [20009, "explicit content", never("other")],
  [20016, "slow mode", LIMITED],
  [20022, "announcement edit limit", LIMITED],
  [20028, "write limit of the channel", LIMITED],
  [20029, "write limit of the server", LIMITED],
  [30003, "250 pins", FULL],
  [30005, "250 roles", FULL],
  [30007, "15 webhooks of the channel", FULL],
  [30010, "20 different reactions on the message", never("other", "degrade")],
  [30013, "500 channels", FULL],
  [30015, "too many attachments", FORM],
  [30033, "1,000 members of the thread", FULL],
  [30034, "200 new application commands of the day", LIMITED],
  [30046, "edit limit of messages older than an hour", later("rate-limited", "post-instead")],
  [30058, "1,000 webhooks of the server", FULL],
  [40001, "unauthorized", never("unauthorized")],
  [40002, "account not verified", FORBIDDEN],
  [40003, "direct messages opened too fast", LIMITED],
  [40004, "sending is switched off for a while", DOWN],
  [40005, "request too large", LARGE],
  [40006, "feature is switched off for a while", DOWN],
  [40058, "a forum takes posts, not messages", UNSUPPORTED],
  [40060, "interaction is acknowledged already: follow up", never("other", "already-done")],
  [40062, "service limit", LIMITED],
  [40067, "forum post needs a tag", FORM],
  [40094, "five follow-ups of an interaction", FULL],
  [40333, "blocked in front of Discord (User-Agent)", FORBIDDEN],
  [50001, "missing access", FORBIDDEN],
  [50003, "not possible on a direct message channel", UNSUPPORTED],
  [50005, "message of another author", FORBIDDEN],
  [50006, "empty message", FORM],
  [50007, "user takes no direct messages", FORBIDDEN],
  [50008, "channel takes no messages", UNSUPPORTED],
  [50013, "missing permissions", FORBIDDEN],
  [50014, "invalid bot token", never("unauthorized")],
  [50021, "system message", FORBIDDEN],
  [50024, "not possible on this kind of channel", UNSUPPORTED],
  [50025, "invalid OAuth2 token", never("unauthorized")],
  [50026, "missing OAuth2 scope", FORBIDDEN],
  [50027, "invalid webhook token, or interaction older than 15 minutes", never("unauthorized")],
  [50034, "too old to be deleted in bulk", never("invalid-form", "one-by-one")],
  [50035, "invalid form, with an error tree", FORM],
  [50045, "file too large", LARGE],
  [50046, "invalid file", FORM],
  [50083, "thread is archived; only a bot can open it for an edit", never("unsupported", "unarchive")],
  [50109, "invalid JSON", FORM],
  [50278, "no server shared with the user", FORBIDDEN],
  [90001, "blocked by the author of the message", FORBIDDEN],
  [110000, "search index not ready", DOWN],
  [130000, "overloaded", DOWN],
  [160002, "reply without the right to read the history", never("forbidden", "degrade")],
  [160004, "message has a thread already; a start counts as delivered", never("other", "already-done")],
  [160005, "thread is locked", FORBIDDEN],
  [160006, "too many active threads", later("other", "degrade")],
  [160007, "too many active announcement threads", later("other", "degrade")],
  [200000, "blocked by automatic moderation", never("other")],
  [200001, "title blocked by automatic moderation", never("other")],
  [220001, "forum: needs a thread name or id", FORM],
  [220002, "forum: thread name and id exclude each other", FORM],
  [220003, "thread name outside of a forum", FORM],
  [220004, "forum: takes no Slack or GitHub format", FORM],
  [240000, "harmful link", never("other")],
  [520003, "a poll cannot be edited", never("invalid-form")],
];

/**
 * Discord's JSON error codes, and what each means for the operation. A code that is not here is judged by its HTTP status.
 * Meanings: https://docs.discord.com/developers/topics/opcodes-and-status-codes
 */
export const CODES: ReadonlyMap<number, Verdict & { readonly meaning: string }> = new Map(
  TABLE.map(([code, meaning, verdict]) => [code, { ...verdict, meaning }]),
);

const STATUSES: ReadonlyMap<number, Verdict> = new Map([
  [400, never("invalid-form")],
  [401, never("unauthorized")],
  [403, never("forbidden")],
  [404, never("target-gone")],
  // The server says that it did not take the request.
  [408, later("server-error")],
  [413, LARGE],
  [425, later("server-error")],
  [503, later("server-error")],
]);

/**
 * What an error answer means, except 429: by Discord's `code` where it is known, else by the status from 300 up. `null`: it does
 * not say whether the operation was done (a 5xx other than 503).
 */
export function verdictOf(status: number, code: unknown): Verdict | null {
  // Seen with 403 as a block against abuse: the message is there, and posting it again would make things worse.
  const isBlock = code === 10008 && status === 403;
  return (isBlock ? undefined : CODES.get(code as number)) ?? verdictOfStatus(status, typeof code === "number");
}

/** Tells what would help an operation that was not delivered; undefined when Discord did not say, or nothing would. Pure. */
export function fixOf(outcome: Outcome<unknown>): Fix | undefined {
  const details = outcome.kind === "delivered" ? undefined : outcome.details;
  if (typeof details !== "object" || details === null || !("status" in details)) return undefined;
  return verdictOf(Number(details.status), "code" in details ? details.code : undefined)?.fix;
}

/**
 * Discord's errors always have a numeric code, if only 0. Without one, a redirect, a lack of permission or a missing page is
 * the word of a proxy or an edge in front of Discord: the request did not get through, and the next one may.
 */
function verdictOfStatus(status: number, hasCode: boolean): Verdict | null {
  if (!hasCode && isWordOfProxies(status)) return later("server-error");
  return STATUSES.get(status) ?? (status >= 500 ? null : never("other"));
}

function isWordOfProxies(status: number): boolean {
  return status < 400 || status === 401 || status === 403 || status === 404 || status === 407;
}
