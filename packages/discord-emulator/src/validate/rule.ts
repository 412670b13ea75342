/** Rules for request bodies, as data. `required` complains about absence; null counts as absent everywhere. */
export type Rule =
  | TextRule
  | IntegerRule
  | NumberRule
  | BooleanRule
  | SnowflakeRule
  | UrlRule
  | TimestampRule
  | ListRule
  | ObjectRule
  | AnyRule;

interface Presence {
  readonly required?: true;
}

/** Lengths are counted in Unicode code points, as Discord's servers do (api-docs issue 1315). */
export interface TextRule extends Presence {
  readonly kind: "text";
  readonly minCount?: number;
  readonly maxCount: number;
  /** Removes white space at both ends before counting. */
  readonly trim?: true;
  /** Counts text without a visible character as absent. */
  readonly blankIsAbsent?: true;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** Further demands, each with the complaint it makes. */
  readonly checks?: readonly { readonly code: string; complain(text: string): string | undefined }[];
}

export interface IntegerRule extends Presence {
  readonly kind: "integer";
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly number[];
}

export interface NumberRule extends Presence {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
}

export interface BooleanRule extends Presence {
  readonly kind: "boolean";
}

export interface SnowflakeRule extends Presence {
  readonly kind: "snowflake";
}

export interface UrlRule extends Presence {
  readonly kind: "url";
  readonly maxCount: number;
  /** Without colon, in the order in which the complaint names them. */
  readonly schemes: readonly string[];
}

export interface TimestampRule extends Presence {
  readonly kind: "timestamp";
}

export interface ListRule extends Presence {
  readonly kind: "list";
  readonly of: Rule;
  readonly minCount?: number;
  readonly maxCount: number;
}

export interface ObjectRule extends Presence {
  readonly kind: "object";
  /** Members not named here are ignored, as Discord does. */
  readonly fields: Readonly<Record<string, Rule>>;
}

/** Anything: somebody else checks it. */
export interface AnyRule extends Presence {
  readonly kind: "any";
}
