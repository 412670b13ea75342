const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** A length of time for people, in its two largest units: `2h 5m`, `45s`. Under a second, `0s`. */
export function formatDuration(durationMs: number): string {
  let leftMs = Math.max(0, durationMs);
  const parts: string[] = [];
  for (const [name, unitMs] of UNITS) {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    if (count > 0) parts.push(`${count}${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0s";
}
