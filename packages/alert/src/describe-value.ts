import { redact } from "@tocsin/errors";
import { codePointCount, indexAfter } from "./code-points.ts";
import { isPlainObject, MAX_COPIED_COUNT } from "./plain-object.ts";

/** Longest text that is shown as it is, in code points. */
const SHOWN_MAX = 40;

/** A long run of letters and digits is a token more often than a word. */
const TOKEN_LIKE = /(?=[\w+/=.~-]*\d)(?=[\w+/=.~-]*[A-Za-z])[\w+/=.~-]{20,}/;

function isShowable(text: string): boolean {
  return (
    text.length <= 2 * SHOWN_MAX && codePointCount(text) <= SHOWN_MAX && redact(text) === text && !TOKEN_LIKE.test(text)
  );
}

const describeMap = (count: number): string => (count === 1 ? "an object with 1 key" : `an object with ${count} keys`);

/** Says what `value` is in a few words: its kind, and the value itself when it is short and no secret. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}${value.length < MAX_COPIED_COUNT ? "" : " or more"}`;
  switch (typeof value) {
    case "string":
      if (value.trim() === "") return "a blank string";
      return isShowable(value)
        ? `the string ${JSON.stringify(value)}`
        : `a string of ${codePointCount(value)} characters`;
    case "number":
    case "boolean":
      return `the ${typeof value} ${value}`;
    case "object":
      return isPlainObject(value) ? describeMap(Object.keys(value).length) : "an object that is no map";
    default:
      return `a ${typeof value}`;
  }
}

/** A key as a JSON pointer may show it: cut when it is long, masked when it looks like a secret or would break a line. */
export function describeKey(key: string): string {
  const start = key.slice(0, indexAfter(key, SHOWN_MAX));
  if (start !== key) return `${describeKey(start)}…`;
  return isShowable(key) && !/\p{Cc}/u.test(key) ? key : "…";
}
