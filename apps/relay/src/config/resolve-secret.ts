import type { ConfigIssue } from "./config.ts";
import type { ConfigDocument } from "./config-document.ts";

/** What stands in the file at one place, and where secret files are read. */
export interface SecretSource {
  readonly document: ConfigDocument;
  readonly readSecretFile: (path: string) => string | null;
  /** Takes what is wrong. */
  readonly issues: ConfigIssue[];
}

/** A field that holds a secret itself, or under its name with `_file` the path of a file that does. */
export interface SecretField {
  /** The object that has the field. */
  readonly path: readonly string[];
  readonly name: string;
  readonly value: string | undefined;
  readonly file: string | undefined;
  /** What the file should hold, in words: `a webhook URL`. */
  readonly kind: string;
  /** What the secret should look like, in words. */
  readonly expected: string;
  /** Why the text is no such secret, without a part of it; `null` when it is one. */
  readonly mistakeIn: (text: string) => string | null;
}

/** The secret, or `""` after adding an issue that does not show it. */
export function resolveSecret({ document, readSecretFile, issues }: SecretSource, field: SecretField): string {
  const { path, name, value, file, kind, expected } = field;
  if ((value === undefined) === (file === undefined)) {
    const found = value === undefined ? "neither" : "both";
    issues.push(document.issueAt(path, { found, expected: `either ${name} or ${name}_file` }));
    return "";
  }
  const text = file === undefined ? value : readSecretFile(file)?.trim();
  const place = [...path, file === undefined ? name : `${name}_file`];
  if (text === undefined) {
    issues.push(document.issueAt(place, { found: "a file that cannot be read", expected: `a file with ${kind}` }));
    return "";
  }
  const mistake = field.mistakeIn(text);
  if (mistake === null) return text;
  const found = text === "" ? "nothing" : `something else, not shown: ${mistake}`;
  issues.push(document.issueAt(place, { found, expected }));
  return "";
}
