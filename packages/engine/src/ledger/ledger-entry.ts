import type { AlertStatus, Severity } from "@tocsin/alert";
import type { MessageRef } from "@tocsin/discord-transport";
import type { Face } from "../plan/sealed-call.ts";

/** The message that shows a subject at one destination, and the thread that belongs to it. Times are epoch milliseconds. */
export interface LedgerEntry extends MessageRef {
  readonly laneId: string;
  readonly subjectId: string;
  readonly revision: number;
  /** When the subject was first shown there. */
  readonly sentAt: number;
  /** When the message that shows it now was made. */
  readonly postedAt: number;
  /** Answers that were lost before this one: each may have left another message. */
  readonly possibleDuplicateCount: number;
  readonly face: Face;
  /** Its place among those that share the message, from 0, and how many they were when it was made. */
  readonly position: number;
  readonly memberCount: number;
  /** What people were last told other than by a silent edit. */
  readonly toldSeverity: Severity | null;
  readonly toldStatus: AlertStatus;
  /** The thread or forum post that is the subject's alone. */
  readonly ownThreadId: string | null;
  /** `refused`: Discord lets it not be used, and it is left alone. */
  readonly threadState: ThreadState;
  readonly threadTags: string | null;
}

export type ThreadState = "none" | "open" | "closed" | "refused";
