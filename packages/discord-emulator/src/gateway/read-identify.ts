import { isJsonObject } from "../json.ts";
import type { Bot } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import { isAllowed, isIntents } from "./intents.ts";
import { CLOSE } from "./opcodes.ts";

const DEFAULT_LARGE_THRESHOLD = 50;
const MAX_LARGE_THRESHOLD = 250;
/** So many guilds one shard may have at most (docs: events/gateway, "Sharding"). */
const MAX_GUILDS_PER_SHARD = 2500;

/** What an IDENTIFY asks for. */
export interface Identify {
  readonly bot: Bot;
  readonly intents: number;
  readonly shard: readonly [id: number, count: number];
  readonly largeThreshold: number;
  /** Each payload is to be compressed. */
  readonly compress: boolean;
}

/** Finds whose token this is, with or without `Bot ` before it. */
function findByToken(state: State, token: unknown): Bot | undefined {
  return typeof token === "string" ? state.bots.byToken(token.replace(/^Bot /, "")) : undefined;
}

/** Reads an IDENTIFY (docs: events/gateway-events, "Identify"), or tells the code to close with. */
export function readIdentify(state: State, d: unknown): Identify | number {
  if (!isJsonObject(d) || typeof d.token !== "string") return CLOSE.decodeError;
  const bot = findByToken(state, d.token);
  if (!bot) return CLOSE.authenticationFailed;
  const shard = readShard(d.shard);
  if (!shard) return CLOSE.invalidShard;
  if (!isIntents(d.intents)) return CLOSE.invalidIntents;
  if (!isAllowed(d.intents, bot.applicationFlags)) return CLOSE.disallowedIntents;
  if (state.members.guildIds(bot.userId).length > MAX_GUILDS_PER_SHARD * shard[1]) return CLOSE.shardingRequired;
  const threshold = Number.isInteger(d.large_threshold) ? Number(d.large_threshold) : DEFAULT_LARGE_THRESHOLD;
  return {
    bot,
    intents: d.intents,
    shard,
    largeThreshold: Math.min(Math.max(threshold, DEFAULT_LARGE_THRESHOLD), MAX_LARGE_THRESHOLD),
    compress: d.compress === true,
  };
}

function readShard(value: unknown): readonly [number, number] | undefined {
  if (value === undefined || value === null) return [0, 1];
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isInteger)) return undefined;
  const [id, count] = value as [number, number];
  return id >= 0 && id < count ? [id, count] : undefined;
}
