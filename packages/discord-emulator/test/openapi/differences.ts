/**
 * Where the emulator knowingly does not do what the document says. The documentation wins over the document, as Discord
 * says itself.
 */
export interface Difference {
  /** Found in `METHOD template`, with `{}` for every parameter. */
  readonly operation: RegExp;
  readonly part: "request" | "answer";
  /** Members on the way to the place; `*` stands for every entry of a list. */
  readonly path: readonly string[];
  /** What stands there. */
  readonly found: unknown;
  /** What the document would have there; undefined: nothing. */
  readonly instead: unknown;
  readonly reason: string;
}

const FORWARDS = {
  found: 1,
  instead: 0,
  reason: 'Forwards are documented (resources/message, "Message Reference Types"); the document knows replies only.',
};

const MEDIA_CHANNELS = {
  found: 16,
  instead: 15,
  reason: 'Media channels are documented (resources/channel, "Channel Types"); the document leaves them out.',
};

export const DIFFERENCES: readonly Difference[] = [
  { operation: /^POST \/channels\/\{\}\/messages$/, part: "request", path: ["message_reference", "type"], ...FORWARDS },
  { operation: /^POST \/channels\/\{\}\/messages$/, part: "answer", path: ["message_reference", "type"], ...FORWARDS },
  {
    operation: /^GET \/channels\/\{\}\/messages$/,
    part: "answer",
    path: ["*", "message_reference", "type"],
    ...FORWARDS,
  },
  { operation: /^POST \/guilds\/\{\}\/channels$/, part: "request", path: ["type"], ...MEDIA_CHANNELS },
  {
    operation: /^(?:POST \/guilds\/\{\}\/channels|\w+ \/channels\/\{\})$/,
    part: "answer",
    path: ["type"],
    ...MEDIA_CHANNELS,
  },
  { operation: /^GET \/guilds\/\{\}\/channels$/, part: "answer", path: ["*", "type"], ...MEDIA_CHANNELS },
];

/** `value` as the document would have it, where `difference` applies. The very same value where it does not. */
export function withoutDifference({ path, found, instead }: Difference, value: unknown): unknown {
  return replaceAt(value, path, found, instead);
}

function replaceAt(value: unknown, path: readonly string[], found: unknown, instead: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value === found ? instead : value;
  if (step === "*") {
    if (!Array.isArray(value)) return value;
    const entries = value.map((entry) => replaceAt(entry, rest, found, instead));
    return entries.some((entry, index) => entry !== value[index]) ? entries : value;
  }
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return value;
  const { [step]: member, ...others } = value as Record<string, unknown>;
  const replaced = replaceAt(member, rest, found, instead);
  if (replaced === member) return value;
  return replaced === undefined ? others : { ...others, [step]: replaced };
}
