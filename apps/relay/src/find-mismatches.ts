import { redact } from "@tocsin/errors";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";

/** The part of JSON Schema that the relay's own schemas use. */
interface PlainSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly PlainSchema[];
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly patternProperties?: Readonly<Record<string, PlainSchema>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: PlainSchema;
  /** What it takes in words, where its keywords do not say it well. */
  readonly title?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
}

const VALUE_LENGTH_MAX = 80;

/** Where a value does not fit its schema. */
export interface Mismatch {
  readonly path: readonly string[];
  /** `unknown-key` and `missing` are about the key at the end of `path`, `wrong` about its value. */
  readonly kind: "unknown-key" | "missing" | "wrong";
  readonly value: unknown;
  /** What the schema wants there, in words: `a whole number from 1 to 100`. */
  readonly expected: string;
  /** The values that the schema lists, when it lists them. */
  readonly options: readonly unknown[];
  /** For an unknown key: those that are known. */
  readonly knownKeys: readonly string[];
}

/** Everything in `value` that does not fit `schema`, at the innermost places, in the order of `value`. Empty when it fits. */
export function findMismatches(schema: TSchema, value: unknown): readonly Mismatch[] {
  return [...walk(schema as PlainSchema, value, [])];
}

/** What stands somewhere, short and with secrets of a known shape masked. */
export function describeValue(value: unknown): string {
  return value === undefined ? "nothing" : redact(JSON.stringify(value)).slice(0, VALUE_LENGTH_MAX);
}

/**
 * The validator only decides. Its own list of errors ends after a few, and a list of mistakes that is cut is a list of
 * mistakes that pass.
 */
function* walk(schema: PlainSchema, value: unknown, path: readonly string[]): Generator<Mismatch> {
  if (Value.Check(schema as TSchema, value)) return;
  const inside = [...walkInside(schema, value, path)];
  if (inside.length > 0) yield* inside;
  else yield mismatch("wrong", schema, value, path);
}

function* walkInside(schema: PlainSchema, value: unknown, path: readonly string[]): Generator<Mismatch> {
  if (schema.type === "array" && Array.isArray(value) && schema.items) {
    for (const [index, item] of value.entries()) yield* walk(schema.items, item, [...path, String(index)]);
  }
  if (schema.type !== "object" || typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { properties = {}, required = [] } = schema;
  for (const [key, item] of Object.entries(value)) {
    const child = childSchema(schema, key);
    if (child) yield* walk(child, item, [...path, key]);
    else if (schema.additionalProperties === false) {
      yield { ...mismatch("unknown-key", {}, item, [...path, key]), knownKeys: Object.keys(properties) };
    }
  }
  for (const key of required) {
    if (!Object.hasOwn(value, key)) yield mismatch("missing", properties[key] ?? {}, undefined, [...path, key]);
  }
}

function childSchema({ properties = {}, patternProperties = {} }: PlainSchema, key: string): PlainSchema | undefined {
  if (Object.hasOwn(properties, key)) return properties[key];
  return Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, "u").test(key))?.[1];
}

function mismatch(kind: Mismatch["kind"], schema: PlainSchema, value: unknown, path: readonly string[]): Mismatch {
  return { path, kind, value, expected: describeSchema(schema), options: optionsOf(schema), knownKeys: [] };
}

function describeSchema(schema: PlainSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((option) => JSON.stringify(option)).join(", ");
  if (schema.anyOf) return schema.anyOf.map(describeSchema).join(", or ");
  switch (schema.type) {
    case "integer":
      return `a whole number${between(schema.minimum, schema.maximum)}`;
    case "string":
      return `a string${lengthOf(schema)}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list of ${schema.minItems ? `at least ${schema.minItems} of: ` : ""}${schema.items ? describeSchema(schema.items) : "values"}`;
    default:
      return schema.properties ? `an object with ${Object.keys(schema.properties).join(", ")}` : "an object";
  }
}

function optionsOf(schema: PlainSchema): readonly unknown[] {
  if (schema.const !== undefined) return [schema.const];
  return schema.enum ?? schema.anyOf?.flatMap(optionsOf) ?? [];
}

function between(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return maximum === undefined ? "" : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum}` : ` from ${minimum} to ${maximum}`;
}

function lengthOf({ minLength = 0, maxLength }: PlainSchema): string {
  if (maxLength !== undefined) return ` of ${minLength} to ${maxLength} characters`;
  return minLength === 0 ? "" : ` of at least ${minLength} characters`;
}

/** A path as JSON pointers write it (RFC 6901); keys that the sender chose are cut. */
export function toPointer(path: readonly string[]): string {
  return path
    .map((part) => `/${redact(part).slice(0, VALUE_LENGTH_MAX).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
