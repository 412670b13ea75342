import { Compile } from "typebox/compile";
import type { Alert } from "./alert.ts";
import { checkInput, type Invalid, invalid } from "./check-input.ts";
import { isBlank, toAlert } from "./normalise.ts";
import { type AlertInput, AlertInputSchema } from "./schema.ts";

/** What {@link parseAlert} found. */
export type ParsedAlert = { readonly kind: "alert"; readonly alert: Alert } | Invalid;

const validator = Compile(AlertInputSchema);

/**
 * Checks an alert and applies every default: `status` active, `type` custom, `severity` by type, `title` the first line
 * of `message` that is not blank (cut to the longest title), `context` always a map.
 *
 * A blank text is the same as a missing one, `undefined` too. Unknown fields are refused. Never throws, whatever `input`
 * is, and shares nothing with it. Time is linear in the size of the input.
 */
export function parseAlert(input: unknown): ParsedAlert {
  return checkInput(AlertInputSchema, validator, input, toParsedAlert);
}

function toParsedAlert(input: AlertInput): ParsedAlert {
  if (isBlank(input.title) && isBlank(input.message)) {
    const found = input.title === undefined && input.message === undefined ? "neither" : "blank text";
    return invalid("", found, "a title or a message that is not blank");
  }
  return { kind: "alert", alert: toAlert(input) };
}
