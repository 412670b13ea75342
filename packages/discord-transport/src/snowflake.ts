/** Discord's epoch, 2015-01-01, in milliseconds: https://docs.discord.com/developers/reference#snowflakes. */
const DISCORD_EPOCH = 1_420_070_400_000;

/** Tells whether `text` has the form of a Discord id: decimal digits of an unsigned 64-bit number. */
export function isSnowflake(text: unknown): text is string {
  return typeof text === "string" && /^\d{1,20}$/.test(text);
}

/** The least id of that moment (epoch milliseconds): what was made since then has it or a greater one. */
export function snowflakeAt(ms: number): string {
  return String(BigInt(Math.max(0, Math.floor(ms - DISCORD_EPOCH))) << 22n);
}

/** Orders ids by age, oldest first. */
export function compareSnowflakes(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}
