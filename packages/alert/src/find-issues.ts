import type { TSchema } from "typebox";
import Value from "typebox/value";
import { describeSchema, type SchemaNode } from "./describe-schema.ts";
import { describeKey, describeValue } from "./describe-value.ts";
import type { Issue } from "./issue.ts";
import { isPlainObject } from "./plain-object.ts";
import { suggest } from "./suggest.ts";
import { textDefect } from "./text-defect.ts";

/** More than this is no help to whoever reads them. */
const MAX_ISSUES = 20;

const hintFor = (suggestion: string | undefined): string =>
  suggestion === undefined ? "" : `; did you mean "${suggestion}"?`;

/** Makes an issue. `suggestion` is the word that was likely meant. */
export function issueAt(path: string, found: string, expected: string, suggestion?: string): Issue {
  const place = path === "" ? "the input" : path;
  return { path, found, expected, message: `${place}: expected ${expected}, found ${found}${hintFor(suggestion)}` };
}

/** The issue of text that is not too long but cannot be kept, if `value` is such text. */
function defectIssue(path: string, value: unknown): Issue | undefined {
  const defect = typeof value === "string" ? textDefect(value) : undefined;
  return defect === undefined ? undefined : issueAt(path, defect, "well-formed Unicode text without U+0000");
}

const pointer = (path: string, key: string): string =>
  `${path}/${describeKey(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

function unknownKeyIssue(path: string, key: string, known: readonly string[]): Issue {
  const place = pointer(path, key);
  return {
    path: place,
    found: "an unknown field",
    expected: `one of ${known.join(", ")}`,
    message: `${place}: unknown field${hintFor(suggest(key, known))}`,
  };
}

function* objectIssues(schema: SchemaNode, value: Record<string, unknown>, path: string): Generator<Issue> {
  const properties = schema.properties ?? {};
  const entrySchema = schema.additionalProperties || undefined;
  const known = Object.keys(properties);
  for (const key of Object.keys(value)) {
    const own = Object.hasOwn(properties, key) ? properties[key] : entrySchema;
    if (own === undefined) yield unknownKeyIssue(path, key, known);
    else yield* schemaIssues(own, value[key], pointer(path, key));
    if (schema.propertyNames !== undefined && !Value.Check(schema.propertyNames as TSchema, key as unknown)) {
      const found = `a key of ${key.length} characters`;
      yield defectIssue(pointer(path, key), key) ??
        issueAt(pointer(path, key), found, describeSchema(schema.propertyNames));
    }
  }
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) {
      yield issueAt(pointer(path, key), "nothing", describeSchema(properties[key] ?? {}));
    }
  }
}

function* childIssues(schema: SchemaNode, value: unknown, path: string): Generator<Issue> {
  const branches = schema.anyOf ?? [];
  const branch = branches.find((candidate) => candidate.type === "object") ?? schema;
  if (branch.type === "object" && isPlainObject(value)) yield* objectIssues(branch, value, path);
  if (schema.items !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* schemaIssues(schema.items, item, `${path}/${index}`);
  }
}

/** Whether any text that is not too long would do. */
const acceptsText = (schema: SchemaNode): boolean =>
  schema.anyOf?.some(acceptsText) ?? (schema.type === "string" && schema.format === undefined);

/** Goes down to the innermost parts that are wrong; a part is blamed itself only when none of its own parts is wrong. */
function* schemaIssues(schema: SchemaNode, value: unknown, path: string): Generator<Issue> {
  if (Value.Check(schema as TSchema, value)) return;
  let hasChildIssue = false;
  for (const issue of childIssues(schema, value, path)) {
    hasChildIssue = true;
    yield issue;
  }
  if (!hasChildIssue) {
    const other = issueAt(path, describeValue(value), describeSchema(schema), suggest(value, schema.enum ?? []));
    yield (acceptsText(schema) ? defectIssue(path, value) : undefined) ?? other;
  }
}

/**
 * Lists what is wrong with the fields of `input`, the first {@link MAX_ISSUES}. What the schema asks of the input as a
 * whole (`anyOf`, `minProperties`) is not looked at.
 */
export function findIssues(schema: TSchema, input: Record<string, unknown>): readonly Issue[] {
  const issues: Issue[] = [];
  for (const issue of objectIssues(schema as SchemaNode, input, "")) {
    issues.push(issue);
    if (issues.length === MAX_ISSUES) break;
  }
  return issues;
}
