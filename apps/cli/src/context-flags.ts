import { parseAlert } from "@tocsin/alert";

/** Facts for an alert's `context`. */
export type ContextFlagsResult =
  | { readonly kind: "values"; readonly values: Readonly<Record<string, string | number | boolean>> }
  | { readonly kind: "invalid"; readonly what: string };

const PAIR = /^(?<key>[^\s="]+)=(?<value>.*)$/s;

/** The alert package reads logfmt as it does for every alert; a text that is none comes back whole. */
function parseLogfmt(text: string): Readonly<Record<string, string | number | boolean>> | null {
  const parsed = parseAlert({ title: "context", context: text });
  if (parsed.kind !== "alert") return null;
  const { context } = parsed.alert;
  return context.context === text ? null : context;
}

/**
 * Reads the values of `--context`. Each is a logfmt line (`host=db1 disk="/var log"`) or one `key=value`, whose value may
 * then hold spaces. Blank text is no fact, so that a script's empty variable stops no alert. A key that comes again has its
 * values joined with `, `, as inside one logfmt line. Values stay text.
 */
export function parseContextFlags(flags: readonly string[]): ContextFlagsResult {
  const values = new Map<string, string | number | boolean>();
  const add = (name: string, value: string | number | boolean): void => {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  };
  for (const flag of flags) {
    const logfmt = parseLogfmt(flag);
    const { key, value } = PAIR.exec(flag)?.groups ?? {};
    if (logfmt !== null) for (const [name, each] of Object.entries(logfmt)) add(name, each);
    else if (key !== undefined && value !== undefined) add(key, value);
    else
      return { kind: "invalid", what: `--context ${JSON.stringify(flag.slice(0, 60))} is neither a pair nor logfmt` };
  }
  return { kind: "values", values: Object.fromEntries(values) };
}
