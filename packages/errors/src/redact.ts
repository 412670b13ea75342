const MASK = "[redacted]";

/** Each rule keeps what tells a reader which thing it was, and masks what lets them use it. */
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Discord webhook and interaction paths: the id stays, the token goes.
  [/(\/webhooks\/\d+\/)[^/\s"'?#)}]+/gi, `$1${MASK}`],
  [/(\/interactions\/\d+\/)[^/\s"'?#)}]+/gi, `$1${MASK}`],
  // Slack incoming webhooks.
  [/(hooks\.slack\.com\/services\/)[^\s"'?#)}]+/gi, `$1${MASK}`],
  // user:password@ in any URL.
  [/\b([a-z][a-z0-9+.-]{0,31}:\/\/)[^/\s:@"']{0,256}:[^/\s@"']{0,1024}@/gi, `$1${MASK}@`],
  // Authorization values, whatever carries them.
  [/\b(Bot|Bearer|Basic)\s+[A-Za-z0-9._~+/=:-]{8,}/g, `$1 ${MASK}`],
  // Secrets in query strings.
  [/([?&](?:token|key|api_key|apikey|secret|signature|sig|password|access_token)=)[^&\s"'#]+/gi, `$1${MASK}`],
  // Secrets in JSON and in header dumps.
  [
    /("?(?:x-api-secret|x-api-key|api[_-]?secret|authorization|password|client_secret|webhook[_-]?url|bot[_-]?token)"?\s*[:=]\s*"?)(?!\[redacted\]|Bot \[|Bearer \[|Basic \[)[^\s",;}]+/gi,
    `$1${MASK}`,
  ],
  // A bare bot token: base64 of the user id, timestamp, signature.
  [/\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}\b/g, MASK],
  // Tocsin's own API secrets.
  [/\btsk_[A-Za-z0-9_-]{8,}/g, MASK],
];

/**
 * Masks every secret of a known shape in `text` and returns the rest unchanged: Discord webhook and interaction tokens,
 * bot tokens, Slack webhooks, credentials in URLs and query strings, authorization values, Tocsin's API secrets.
 *
 * Ids stay readable, so that an operator still sees which webhook it was. Pure, linear in the length of `text`, and
 * idempotent: `redact(redact(x)) === redact(x)`.
 */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of RULES) result = result.replace(pattern, replacement);
  return result;
}
