const MASK = "[redacted]";

// A slash as it stands, as JSON may escape it, and as a URL inside a URL has it.
const SLASH = String.raw`(?:\\{0,4}\/|%(?:25){0,3}2F)`;

/** Schemes that may stay readable before an authorization value. */
const SCHEME = "(?:Bot|Bearer|Basic|Token|Digest|ApiKey|Negotiate|NTLM|AWS4-HMAC-SHA256)";

/** Names whose value in quotes is a secret, alone or at the end of a longer name (`x-api-key`, `client_secret`). */
const QUOTED_NAME = "(?:authorization|secret|password|passwd|token|api[_-]?key)";

/** Header names whose value follows after a comma in a list of pairs. Plain words would be found in any list. */
const HEADER_NAME = "(?:authorization|x-[a-z0-9-]{0,40}(?:secret|password|token|key))";

// What a message says in place of a value: `Bearer <key>:<secret>`, `/x/bot_token: expected a string`.
const NOT_A_VALUE = String.raw`(?![ \t]{0,16}(?:${SCHEME}[ \t]{1,16})?(?:<[^<>\s]{1,40}>|expected ))`;

/** The text between quotes, by how the opening quote is written. A line end closes what nobody closed. */
const QUOTED_VALUES: readonly (readonly [quote: string, value: string])[] = [
  ['"', String.raw`(?:[^"\\\r\n]|\\.)+`],
  ["'", String.raw`(?:[^'\\\r\n]|\\.)+`],
  // Inside other quotes: after more than one backslash a quote belongs to the value.
  [String.raw`\\{1,4}"`, String.raw`(?:[^"\\\r\n]|\\{2,}"?|\\(?!"))+`],
  [String.raw`\\{1,4}'`, String.raw`(?:[^'\\\r\n]|\\{2,}'?|\\(?!'))+`],
];

const quotedRules = QUOTED_VALUES.flatMap(([quote, value]) =>
  [
    String.raw`${QUOTED_NAME}(?:\\{0,4}["'])?\s{0,16}[:=]\s{0,16}`,
    String.raw`${HEADER_NAME}\\{0,4}["']\s{0,16},\s{0,16}`,
  ].map((before): Rule => [new RegExp(`(${before}${quote}(?:${SCHEME}[ \\t]+)?)${value}`, "gi"), `$1${MASK}`]),
);

type Rule = readonly [pattern: RegExp, replacement: string];

/** Each rule keeps what tells a reader which thing it was, and masks what lets them use it. */
const RULES: readonly Rule[] = [
  ...quotedRules,
  // A digest has quotes of its own.
  [
    /(authorization[ \t]{0,16}[:=][ \t]{0,16}Digest[ \t]{1,16})(?:[\w-]{1,40}=(?:\\{0,4}"[^"\r\n]*"|[^\s,"'\\]+)[ \t]{0,8},?[ \t]{0,8})+/gi,
    `$1${MASK}`,
  ],
  // Any other authorization value goes to the closing quote or the line's end: schemes differ in what they allow.
  [
    new RegExp(
      String.raw`(authorization[ \t]{0,16}[:=][ \t]{0,16}(?:${SCHEME}[ \t]+)?)${NOT_A_VALUE}(?=\S)[^"'\r\n]+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  // Discord webhook and interaction paths: the id stays, the token goes.
  [
    new RegExp(
      String.raw`((?:\/|2F)(?:webhooks|interactions)${SLASH}\d+${SLASH})(?:[^/\s"'?#)}\\%]|%(?!(?:25){0,3}2F))+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  // Slack incoming webhooks.
  [new RegExp(String.raw`(hooks\.slack\.com${SLASH}services${SLASH})[^\s"'?#)}]+`, "gi"), `$1${MASK}`],
  // user:password@ in any URL. A password may have a slash, but what begins as a port is none.
  [
    /\b([a-z][a-z0-9+.-]{0,31}:(?:\\{0,4}\/){2})[^/\s:@"'[\]\\]{0,256}:(?:[^/\s"']{0,1024}|(?!\d{1,5}[/?#])[^\s@"']{0,1024})@/gi,
    `$1${MASK}@`,
  ],
  // A scheme and its value without a header's name. A word of small letters after most of them is prose.
  [
    /\b(Bearer\s+|(?:Bot|BOT|bearer|BEARER|Basic|BASIC)\s+(?![A-Za-z]?[a-z]*(?:-[a-z]+)*[.:]?(?![\w.~+/=:-])))[\w.~+/=:-]{8,}/g,
    `$1${MASK}`,
  ],
  // Secrets in query strings.
  [/([?&](?:token|key|api_key|apikey|secret|signature|sig|password|access_token)=)[^&\s"'#]+/gi, `$1${MASK}`],
  // Secrets without quotes in header dumps, settings and JSON.
  [
    new RegExp(
      String.raw`((?:x-api-secret|x-api-key|api[_-]?secret|password|client_secret|bot[_-]?token)\\{0,4}["']?\s{0,16}[:=]\s{0,16})(?!["'\\]|(?:Bot|Bearer|Basic) \[)${NOT_A_VALUE}[^\s"',;}]+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  // A bare interaction token: base64 of `interaction:`, id and randomness.
  [/aW50ZXJhY3Rpb246[\w+/=-]{8,}/g, MASK],
  // A bare bot token: base64 of the user id, timestamp, signature.
  [/\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}\b/g, MASK],
  // Tocsin's own API secrets.
  [/\btsk_[A-Za-z0-9_-]{8,}/g, MASK],
];

/**
 * Masks every secret of a known shape in `text` and returns the rest unchanged: Discord webhook and interaction tokens,
 * bot tokens, Slack webhooks, credentials in URLs and query strings, authorization values, values named `secret`,
 * `password`, `token` or `api_key`, Tocsin's API secrets.
 *
 * Ids stay readable, so that an operator still sees which webhook it was. Pure, linear in the length of `text`, and
 * idempotent: `redact(redact(x)) === redact(x)`.
 */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of RULES) result = result.replace(pattern, replacement);
  return result;
}
