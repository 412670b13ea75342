/** Discord's colour number as CSS writes it; undefined for anything that is not a number. */
export function colorText(color: unknown): string | undefined {
  return typeof color === "number" ? `#${color.toString(16).padStart(6, "0")}` : undefined;
}
