import type { TSchema } from "typebox";
import type { Validator } from "typebox/compile";
import { describeValue } from "./describe-value.ts";
import { findIssues, issueAt } from "./find-issues.ts";
import type { Issue } from "./issue.ts";
import { copyPlain, isPlainObject } from "./plain-object.ts";
import type { InputOf } from "./schema.ts";

/** What parsing answers for an input that is not right. */
export interface Invalid {
  readonly kind: "invalid";
  /** At least one, in the order of the input's fields; the first twenty. */
  readonly issues: readonly Issue[];
}

/** How deep an alert goes: the alert, a list, its entry. */
const DEPTH = 3;

/** Says that `input` is wrong in one way. */
export function invalid(path: string, found: string, expected: string): Invalid {
  return { kind: "invalid", issues: [issueAt(path, found, expected)] };
}

/**
 * Copies `input`, so that nothing changes between check and use, checks the copy and hands it to `use`. Never throws.
 * What the schema asks of the input as a whole is left to `use`.
 */
export function checkInput<Schema extends TSchema, Result>(
  schema: Schema,
  validator: Validator,
  input: unknown,
  use: (checked: InputOf<Schema>) => Result | Invalid,
): Result | Invalid {
  try {
    if (!isPlainObject(input)) return invalid("", describeValue(input), "an object");
    const copy = copyPlain(input, DEPTH) as Record<string, unknown>;
    if (!validator.Check(copy)) {
      const issues = findIssues(schema, copy);
      if (issues.length > 0) return { kind: "invalid", issues };
    }
    return use(copy as InputOf<Schema>);
  } catch {
    // An object that runs code of its own when it is read. JSON never gets here.
    return invalid("", "an object that cannot be read", "an object");
  }
}
