/** How urgent an alert is. */
export type Severity = "info" | "warn" | "critical";

/** A value in an alert's context. Numbers are finite. */
export type ContextValue = string | number | boolean;

/** A link to show with an alert. Only `http` and `https` addresses are accepted. */
export interface AlertLink {
  /** What to show instead of the address. */
  readonly label?: string;
  readonly url: string;
}

/** The condition that raised an alert. */
export interface AlertThreshold {
  readonly value: number;
  readonly operator: ">" | ">=" | "<" | "<=" | "==" | "!=";
  /** For how long the condition held, in seconds. */
  readonly duration: number;
}

/**
 * An alert as a program raises it. The names are those on the wire.
 *
 * Every field is optional here, but a `title` or a `message` that is not blank is needed. This package checks nothing:
 * what receives the alert does, and refuses unknown fields. `@tocsin/alert` holds the limits of each field.
 */
export interface AlertInput {
  /** The issue in one line. @default the first line of `message` */
  readonly title?: string;
  /** The issue in full. */
  readonly message?: string;
  /** @default by `type`: down, error → critical; slow → warn; else info */
  readonly severity?: Severity;
  /** @default "active" */
  readonly status?: "active" | "resolved";
  /** @default "custom" */
  readonly type?: "down" | "up" | "slow" | "error" | "custom";
  /** What is needed to decide: a map, or the same as a logfmt string (`service=checkout env=prod`). */
  readonly context?: string | { readonly [key: string]: ContextValue };
  /** The next action for whoever reads the alert. */
  readonly action_hint?: string;
  /** What the alert belongs to; routes match on it. */
  readonly topic?: string;
  /** The monitor that raised the alert. */
  readonly monitor_id?: string;
  /** An active alert with the same key is updated instead of a new one created. */
  readonly dedup_key?: string;
  /** The name of the approval policy whose action this alert asks for. */
  readonly action?: string;
  /** Who asks for the action. */
  readonly requested_by?: string;
  readonly links?: readonly AlertLink[];
  readonly threshold?: AlertThreshold;
  /** Channels to notify beside those that routes choose. */
  readonly channels?: readonly string[];
  /** When it happened: RFC 3339. */
  readonly occurred_at?: string;
}
