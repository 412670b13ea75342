import type { AlertInput } from "./schema.ts";

/** How urgent an alert is. */
export type Severity = NonNullable<AlertInput["severity"]>;

/** Whether the issue still holds. */
export type AlertStatus = NonNullable<AlertInput["status"]>;

/** What kind of issue it is. */
export type AlertType = NonNullable<AlertInput["type"]>;

/** A value in an alert's context. Numbers are finite. */
export type ContextValue = string | number | boolean;

/** Identifiers and links needed to decide. Keys are the sender's: look them up with `Object.hasOwn`. */
export type AlertContext = { readonly [key: string]: ContextValue };

/** A link shown with an alert: an `http` or `https` address. */
export type AlertLink = NonNullable<AlertInput["links"]>[number];

/** The condition that raised an alert; `duration` is in seconds. */
export type AlertThreshold = NonNullable<AlertInput["threshold"]>;

/**
 * A checked alert with every default applied. Plain data under the names of the wire; itself a valid `AlertInput`, and
 * parsing it again gives the same alert. Text that was blank is left out.
 */
export interface Alert extends Omit<AlertInput, "title" | "severity" | "status" | "type" | "context"> {
  /** Not blank, without white space at its ends. */
  readonly title: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly type: AlertType;
  readonly context: AlertContext;
}

/** A checked change of an alert: the fields to replace, at least one. */
export type AlertPatch = Partial<
  Pick<
    Alert,
    | "title"
    | "message"
    | "severity"
    | "status"
    | "type"
    | "context"
    | "action_hint"
    | "links"
    | "threshold"
    | "occurred_at"
  >
>;
