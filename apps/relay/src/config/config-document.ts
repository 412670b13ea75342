import { redact } from "@tocsin/errors";
import { type Document, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { toPointer } from "../find-mismatches.ts";
import type { ConfigIssue } from "./config.ts";

/** A configuration file that was read as YAML, and where its parts stand. */
export interface ConfigDocument {
  readonly value: unknown;
  /** The line of the part at `path`, or of the nearest part around it. From 1. */
  lineOf(path: readonly string[]): number | undefined;
  /** Whether the text at `path` came from the environment, or may have: then it is not shown. */
  isSubstituted(path: readonly string[]): boolean;
  /** What is written at `path`, as it is: of a number every digit. */
  sourceOf(path: readonly string[]): string | undefined;
  /** Makes an issue about the part at `path`. */
  issueAt(path: readonly string[], about: { found: string; expected: string; nearest?: string }): ConfigIssue;
}

export type ReadConfigDocument =
  | { readonly kind: "document"; readonly document: ConfigDocument; readonly issues: readonly ConfigIssue[] }
  | { readonly kind: "invalid"; readonly issues: readonly ConfigIssue[] };

const VARIABLE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,14})$/;

/**
 * Reads YAML and puts the values of environment variables in the place of `${env:NAME}`, in any text. A variable that is
 * not set or empty is an issue. What comes in stays text and is not read as YAML again, except that a whole number in the
 * place of an unquoted `${env:NAME}` is a number (`port: ${env:PORT}`).
 */
export function readConfigDocument(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): ReadConfigDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: "error" });
  if (yaml.errors.length > 0) {
    return {
      kind: "invalid",
      issues: yaml.errors.map((error) =>
        toIssue([], { found: redact(error.message), expected: "valid YAML" }, lines.linePos(error.pos[0]).line),
      ),
    };
  }

  const { missing, substituted } = substitute(yaml, env);
  const plain = toPlainValue(yaml);
  if (plain.kind === "invalid") return plain;
  const document: ConfigDocument = {
    value: plain.value,
    lineOf: (path) => lineOf(yaml, lines, path),
    isSubstituted: (path) => {
      const node = yaml.getIn(path, true);
      // Behind an alias the text itself is not found: it is hidden as well.
      return !isScalar(node) || substituted.has(node);
    },
    sourceOf: (path) => {
      const node = yaml.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
    issueAt: (path, about) => toIssue(path, about, lineOf(yaml, lines, path)),
  };
  const issues = missing.map(({ name, path, offset }) =>
    toIssue(
      path,
      { found: `\${env:${name}}, which is not set`, expected: `a value in the environment variable ${name}` },
      lines.linePos(offset).line,
    ),
  );
  return { kind: "document", document, issues };
}

function substitute(yaml: Document, env: Readonly<Record<string, string | undefined>>) {
  const substituted = new Set<unknown>();
  const missing: { name: string; path: readonly string[]; offset: number }[] = [];
  visit(yaml, {
    Scalar: (key, node, ancestors) => {
      if (key === "key" || typeof node.value !== "string" || !node.value.includes("${env:")) return;
      substituted.add(node);
      const isAlone = node.type === "PLAIN" && node.value.replace(VARIABLE, "") === "";
      const text = node.value.replace(VARIABLE, (placeholder, name: string) => {
        const value = env[name];
        if (value) return value;
        missing.push({ name, path: pathOf([...ancestors, node]), offset: node.range?.[0] ?? 0 });
        return placeholder;
      });
      node.value = isAlone && WHOLE_NUMBER.test(text) ? Number(text) : text;
    },
  });
  return { substituted, missing };
}

/** The keys and positions that lead through `chain`, from the document down to a value. */
function pathOf(chain: readonly unknown[]): readonly string[] {
  return chain.flatMap((node, index) => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : ""];
    return isSeq(node) ? [String(node.items.indexOf(chain[index + 1]))] : [];
  });
}

type PlainValue =
  | { readonly kind: "value"; readonly value: unknown }
  | (ReadConfigDocument & { readonly kind: "invalid" });

/** An empty file is an empty configuration. */
function toPlainValue(yaml: Document): PlainValue {
  try {
    return { kind: "value", value: yaml.toJS() ?? {} };
  } catch {
    // The parser finds out only here that an alias leads nowhere, or that aliases of aliases would fill the memory.
    const about = {
      found: "an alias that leads nowhere, or too many of them",
      expected: "aliases with an anchor before them",
    };
    return { kind: "invalid", issues: [toIssue([], about, undefined)] };
  }
}

function lineOf(yaml: Document, lines: LineCounter, path: readonly string[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      // A map or list starts below its key: the key's line is the one that a reader looks for.
      return lines.linePos(isScalar(node) ? node.range[0] : (keyOffset(yaml, path.slice(0, length)) ?? node.range[0]))
        .line;
    }
  }
  return undefined;
}

function keyOffset(yaml: Document, path: readonly string[]): number | undefined {
  const parent = yaml.getIn(path.slice(0, -1), true) as { items?: readonly { key?: unknown }[] } | undefined;
  const pair = parent?.items?.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function toIssue(
  path: readonly string[],
  about: { found: string; expected: string; nearest?: string },
  line: number | undefined,
): ConfigIssue {
  const pointer = toPointer(path);
  const where = [line === undefined ? "" : `line ${line}`, pointer].filter(Boolean).join(", ");
  const hint = about.nearest === undefined ? "" : `; did you mean "${about.nearest}"?`;
  return {
    path: pointer,
    ...(line === undefined ? {} : { line }),
    ...about,
    message: `${where || "the file"}: expected ${about.expected}, found ${about.found}${hint}`,
  };
}
