/** A reason to keep quiet about an alert for now: a silence, or times at which nobody wants to hear of it. */
export interface Condition {
  readonly kind: "silenced" | "muted";
  /** When it ends, or is to be looked at again: epoch milliseconds. */
  readonly untilAt: number;
}
