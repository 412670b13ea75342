const MIN_MAJOR = 24;

/** Says in one line that `version` (`v20.1.0`) is too old to run this program; `null` when it is not. */
export function nodeProblem(version: string): string | null {
  return Number.parseInt(version.slice(1), 10) < MIN_MAJOR
    ? `Tocsin needs Node.js ${MIN_MAJOR} or newer; this is ${version}.`
    : null;
}
