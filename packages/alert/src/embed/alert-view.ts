import type { Alert } from "../alert.ts";

/** An alert and what is known about it. Times are epoch milliseconds. */
export interface AlertView {
  /** Shown in the footer. */
  readonly id: string;
  readonly alert: Alert;
  readonly createdAt: number;
  /** `null` while the alert is active, or when nobody knows. */
  readonly resolvedAt: number | null;
}

/** How long the alert was active, when both ends are known. */
export const activeMs = ({ createdAt, resolvedAt }: AlertView): number | null =>
  resolvedAt === null ? null : resolvedAt - createdAt;
