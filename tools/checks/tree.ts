/** What no file of the repository may contain: it would tie the tree to one machine or leak where it was made. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["an absolute path of one machine", /(?<![\w./~:$-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]/],
  [
    "a package registry's address",
    /https?:\/\/(?!docs\.)[^\s"'`)<>]*(?:registry|npmjs|artifactory|verdaccio|nexus)[^\s"'`)<>]*/i,
  ],
  ["a package fetched from an address", /^\s*(?:tarball|resolved|"resolved"):\s*["']?https?:/],
];

/** One line for every forbidden thing in `text`, with the number of the line it is on. */
export function forbiddenThings(file: string, text: string): readonly string[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      FORBIDDEN.filter(([, pattern]) => pattern.test(line)).map(([what]) => `${file}:${index + 1} has ${what}`),
    );
}

/** Lines that a source file may have; a test may have half as many again. */
export const MAX_LINE_COUNT = 400;

/** One line when `text` is longer than a reader can hold. */
export function sizeProblems(file: string, text: string, isTest: boolean): readonly string[] {
  const limit = isTest ? MAX_LINE_COUNT * 1.5 : MAX_LINE_COUNT;
  const count = text.split("\n").length - 1;
  return count > limit ? [`${file} has ${count} lines; split it (at most ${limit})`] : [];
}

/** Lines of an index.ts that hide what a package offers, or do more than offer it. */
export function doorFileProblems(file: string, text: string): readonly string[] {
  return [...text.matchAll(/^export \*.*|^(?:export )?(?:const|let|var|function|class|async)\b.*/gm)].map(
    ([line]) => `${file}: an index has named exports only: ${line}`,
  );
}
