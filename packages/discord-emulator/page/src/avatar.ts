const COLORS = ["#5865f2", "#248046", "#c2410c", "#a21caf", "#0e7490", "#b91c1c", "#6d28d9", "#4d7c0f"];

/** A picture made here from the initials of `name`, as a `data:` URL; the same name always has the same colour. */
export function avatarUrl(name: string): string {
  const initials = name
    .split(/[\s._-]+/)
    .map((word) => /[\p{L}\p{N}?]/u.exec(word)?.[0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80" fill="${COLORS[hash % COLORS.length]}"/><text x="40" y="42" fill="#fff" font-family="sans-serif" font-size="32" font-weight="600" text-anchor="middle" dominant-baseline="middle">${initials}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
