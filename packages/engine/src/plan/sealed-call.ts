import type { AlertStatus, Severity } from "@tocsin/alert";
import type { DiscordOperation } from "@tocsin/discord-transport";

/**
 * What a call is for.
 *
 * - `post`: shows what was not shown before; `edit`: brings a message up to date; `reply`: shows it anew where edits are refused
 * - `notice`: says in the channel that an alert got worse, since nobody is notified of an edit
 * - `start-thread`, `open-thread`, `tag-thread`, `close-thread`: the alert's own thread or forum post
 * - `thread-note`: says in the thread what became of the alert
 */
export type Step =
  | "post"
  | "edit"
  | "reply"
  | "notice"
  | "start-thread"
  | "open-thread"
  | "tag-thread"
  | "thread-note"
  | "close-thread";

/** What is shown: a card of its own, or a line of a list. */
export type Face = "alert" | "digest";

/** What people know of an alert. */
export interface Told {
  readonly severity: Severity;
  readonly status: AlertStatus;
}

/** What is true of one subject once a call is done. */
export interface Shown {
  readonly subjectId: string;
  readonly revision: number;
  /** What people know by then. `null`: what they knew before, since a call that follows will tell them. */
  readonly told: Told | null;
  /** What has to follow: calls that concern its message, or only its thread. */
  readonly followedBy: "nothing" | "message" | "thread";
}

/** One call to Discord with all that its answer changes, as plain data: this is what is sealed. */
export interface SealedCall {
  readonly step: Step;
  readonly operation: DiscordOperation;
  readonly face: Face;
  /** In the order in which the message shows them. One, except for a message that several share. */
  readonly shows: readonly Shown[];
  /** The tags that a forum post has then, as {@link tagKeyOf} names them. */
  readonly threadTags?: string;
}
