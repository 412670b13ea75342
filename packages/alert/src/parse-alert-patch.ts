import { Compile } from "typebox/compile";
import type { AlertPatch } from "./alert.ts";
import { checkInput, type Invalid, invalid } from "./check-input.ts";
import { isBlank, toContext, withoutBlanks } from "./normalise.ts";
import { type AlertPatchInput, AlertPatchInputSchema } from "./schema.ts";

/** What {@link parseAlertPatch} found. */
export type ParsedAlertPatch = { readonly kind: "patch"; readonly patch: AlertPatch } | Invalid;

const validator = Compile(AlertPatchInputSchema);

/**
 * Checks a change of an alert (the body of `PUT /alerts/:id`). Nothing is defaulted: what is not named stays as it is,
 * `title` too when `message` changes. A given `context` or list replaces the old one whole.
 *
 * At least one field is needed. A blank `title` is refused; other blank texts count as not given. Never throws.
 */
export function parseAlertPatch(input: unknown): ParsedAlertPatch {
  return checkInput(AlertPatchInputSchema, validator, input, toParsedPatch);
}

function toParsedPatch({ title, context, ...rest }: AlertPatchInput): ParsedAlertPatch {
  if (title !== undefined && isBlank(title)) return invalid("/title", "a blank string", "a title that is not blank");
  const patch: AlertPatch = {
    ...withoutBlanks(rest),
    ...(title === undefined ? {} : { title: title.trim() }),
    ...(context === undefined ? {} : { context: toContext(context) }),
  };
  if (Object.keys(patch).length === 0) {
    return invalid("", "no change", `at least one of ${Object.keys(AlertPatchInputSchema.properties).join(", ")}`);
  }
  return { kind: "patch", patch };
}
