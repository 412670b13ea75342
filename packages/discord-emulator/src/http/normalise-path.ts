const API_PREFIX = /^\/api(?:\/v(\d+))?(?=\/|$)/;

/**
 * Brings a request target into the one form that the router knows: every segment decoded and encoded again, so that
 * `%40me` is `@me`, and no version after `/api`. Versions that Discord has switched off lead to `/api/unsupported-version`.
 */
export function normalisePath(target: string): string {
  const [rawPath = "/", ...rest] = target.split("?");
  const query = rest.length === 0 ? "" : `?${rest.join("?")}`;
  const path = rawPath.split("/").map(normaliseSegment).join("/");
  const match = API_PREFIX.exec(path);
  if (!match) return `${path}${query}`;
  const version = match[1] === undefined ? 10 : Number(match[1]);
  if (version < 6 || version > 10) return "/api/unsupported-version";
  return `/api${path.slice(match[0].length)}${query}`;
}

function normaliseSegment(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment)).replaceAll("%40", "@").replaceAll("%3A", ":");
  } catch {
    // A broken escape is meant as text; the router would refuse it before anybody could answer in Discord's words.
    return encodeURIComponent(segment);
  }
}
