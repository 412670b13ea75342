import fc from "fast-check";
import type { Alert } from "../src/alert.ts";
import type { AlertView } from "../src/embed/index.ts";
import { toAlert } from "../src/normalise.ts";
import { parseAlert } from "../src/parse-alert.ts";
import type { AlertInput } from "../src/schema.ts";
import { hostileText } from "./hostile-text.ts";

export const CREATED_AT = Date.UTC(2024, 0, 1);

export function alertOf(input: unknown): Alert {
  const parsed = parseAlert(input);
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.issues));
  return parsed.alert;
}

/** An alert made at {@link CREATED_AT}, as its renderer sees it. */
export const viewOf = (input: unknown, known: Partial<AlertView> = {}): AlertView => ({
  id: "alt_123",
  alert: alertOf(input),
  createdAt: CREATED_AT,
  resolvedAt: null,
  ...known,
});

/** Whatever a sender may put into an alert, and more: it is past the checks, which refuse some of it. */
function hostileAlert(scale = 1): fc.Arbitrary<Alert> {
  const text = (maxCount: number) => hostileText(Math.ceil(maxCount * scale));
  const entry = fc.oneof(text(3000), fc.double({ noNaN: true, noDefaultInfinity: true }));
  return fc
    .record(
      {
        title: text(1000),
        message: text(20_000),
        severity: fc.constantFrom("info", "warn", "critical"),
        status: fc.constantFrom("active", "resolved"),
        type: fc.constantFrom("down", "up", "slow", "error", "custom"),
        context: fc.oneof(fc.dictionary(text(256), entry, { maxKeys: Math.ceil(100 * scale) }), text(10_000)),
        action_hint: text(4000),
        topic: text(256),
        monitor_id: text(256),
        action: text(256),
        requested_by: text(256),
        links: fc.array(fc.record({ label: text(256), url: fc.webUrl({ size: "large" }) }), { maxLength: 20 }),
        threshold: fc.record({ value: fc.integer(), operator: fc.constantFrom(">", "!="), duration: fc.nat() }),
      },
      { requiredKeys: [] },
    )
    .map((input) => toAlert({ message: "hostile", ...input } as AlertInput));
}

/** A view of a {@link hostileAlert}, called by a number. */
export function hostileView(scale = 1): fc.Arbitrary<AlertView> {
  const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
  return fc
    .record({ alert: hostileAlert(scale), createdAt: time, resolvedAt: fc.option(time), number: fc.nat(999) })
    .map(({ number, ...view }) => ({ id: `alt_${number}`, ...view }));
}
