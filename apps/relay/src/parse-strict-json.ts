import { visit } from "jsonc-parser";

/** Deeper JSON is refused: nothing that the relay takes nests further, and recursion over it stays cheap everywhere. */
const DEPTH_MAX_COUNT = 100;

export type StrictJson =
  | { readonly kind: "json"; readonly value: unknown }
  /** `message` says what and where, and repeats nothing of the text but the name of a doubled key. */
  | { readonly kind: "invalid"; readonly message: string };

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads JSON as RFC 8259 has it, and refuses what two readers could understand differently: invalid UTF-8, a byte order
 * mark, a key that stands twice in one object, the key `__proto__`, and nesting over 100 levels.
 * Never throws.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return { kind: "invalid", message: "The body is not valid UTF-8." };
  }
  if (text.startsWith("\uFEFF"))
    return { kind: "invalid", message: "The body starts with a byte order mark: remove it." };

  // The runtime's parser gives the value. Its message would repeat the text, so the place of a mistake comes from the scan.
  const parsed = tryParse(text);
  const mistake = findMistake(text);
  if (mistake !== null) return { kind: "invalid", message: mistake };
  if (parsed === null) return { kind: "invalid", message: "The body is not JSON." };
  return { kind: "json", value: parsed.value };
}

function tryParse(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Ends a scan at the first mistake: the parser calls back and has no other way out. */
class Stop extends Error {}

function findMistake(text: string): string | null {
  const openObjects: Set<string>[] = [];
  let depth = 0;
  const enter = (line: number, column: number): void => {
    depth += 1;
    if (depth > DEPTH_MAX_COUNT) stop(`The body nests deeper than ${DEPTH_MAX_COUNT} levels`, line, column);
  };
  try {
    visit(
      text,
      {
        onObjectBegin(_offset, _length, line, column) {
          enter(line, column);
          openObjects.push(new Set());
        },
        onObjectEnd() {
          depth -= 1;
          openObjects.pop();
        },
        onArrayBegin: (_offset, _length, line, column) => enter(line, column),
        onArrayEnd() {
          depth -= 1;
        },
        onObjectProperty(name, _offset, _length, line, column) {
          if (name === "__proto__") stop('The key "__proto__" is not taken', line, column);
          const names = openObjects.at(-1);
          if (names?.has(name)) stop(`The key ${JSON.stringify(name.slice(0, 64))} stands twice`, line, column);
          names?.add(name);
        },
        onError: (_error, _offset, _length, line, column) => stop("The body is not JSON", line, column),
      },
      { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false },
    );
    return null;
  } catch (error) {
    if (error instanceof Stop) return error.message;
    throw error;
  }
}

function stop(what: string, line: number, column: number): never {
  throw new Stop(`${what}, line ${line + 1}, column ${column + 1}.`);
}
