/** Reads `code: "QUEUE_FENCED"` and `code: broken ? "QUEUE_A" : "QUEUE_B"`, also over several lines. */
const CODE_FIELD = /\bcode\??:([^,;{}]*)/g;
const CODE_LITERAL = /"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g;

const THROWN = /new TocsinError\(([\s\S]*?)\);/g;

const codeFields = (source: string): string => [...source.matchAll(CODE_FIELD)].map(([, text = ""]) => text).join("\n");

/** Whether a code begins with a word of the package's name: `EMULATOR_…` and `DISCORD_…` belong to discord-emulator. */
function isOwnCode(code: string, packageName: string): boolean {
  return packageName
    .toUpperCase()
    .split("-")
    .includes(code.slice(0, code.indexOf("_")));
}

/** The codes in a README's tables: those whose first heading is "code", one code to a row. */
function codesInReadme(readme: string): readonly string[] {
  const rows: string[] = [];
  let insideCodes = false;
  let insideTable = false;
  for (const line of readme.split("\n")) {
    const [, first] = /^\s*\|([^|]*)\|/.exec(line) ?? [];
    if (first === undefined) insideTable = false;
    else if (insideTable) {
      if (insideCodes) rows.push(first);
    } else {
      insideTable = true;
      insideCodes = /^[`\s]*code[`\s]*$/i.test(first);
    }
  }
  return sortedCodes(rows.join("\n"), /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g);
}

function sortedCodes(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, code = ""]) => code))].sort();
}

/**
 * One line for every code that only the source or only the README of the package `packageName` (without its scope) knows,
 * and for every thrown code without the package's prefix. Codes with another prefix that are not thrown belong to somebody
 * else's protocol.
 */
export function codeProblems(packageName: string, source: string, readme: string): readonly string[] {
  const documented = codesInReadme(readme);
  const literals = sortedCodes(source, CODE_LITERAL);
  const thrown = [...source.matchAll(THROWN)].map(([, text = ""]) => codeFields(text)).join("\n");
  return [
    ...sortedCodes(codeFields(source), CODE_LITERAL)
      .filter((code) => isOwnCode(code, packageName) && !documented.includes(code))
      .map((code) => `${code} is in the source, but in no table of codes in the README`),
    // Any literal counts here: a code may reach the error through a parameter.
    ...documented.filter((code) => !literals.includes(code)).map((code) => `${code} is in the README only`),
    ...sortedCodes(thrown, CODE_LITERAL)
      .filter((code) => !isOwnCode(code, packageName))
      .map((code) => `${code} is thrown, but does not begin with a word of the package's name`),
  ];
}
