import { createPrivateKey, createPublicKey, timingSafeEqual } from "node:crypto";
import type { Random } from "../random.ts";
import { isSnowflake } from "../snowflake.ts";
import type { Database } from "./database.ts";
import type { Bot } from "./objects.ts";
import { createReadCache } from "./read-cache.ts";

const ED25519_PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

const GATEWAY_PRESENCE_LIMITED = 1 << 13;
const GATEWAY_GUILD_MEMBERS = 1 << 14;
const GATEWAY_GUILD_MEMBERS_LIMITED = 1 << 15;
const GATEWAY_MESSAGE_CONTENT_LIMITED = 1 << 19;

/**
 * The flags of an unverified application's privileged intents: its owner can switch them (docs: resources/application,
 * "Application Flags"). New applications have all of them.
 */
export const LIMITED_INTENT_FLAGS: number =
  GATEWAY_PRESENCE_LIMITED | GATEWAY_GUILD_MEMBERS_LIMITED | GATEWAY_MESSAGE_CONTENT_LIMITED;

/** Tells whether the application has the privileged intent GUILD_MEMBERS. */
export function seesMembers({ applicationFlags }: Bot): boolean {
  return (applicationFlags & (GATEWAY_GUILD_MEMBERS | GATEWAY_GUILD_MEMBERS_LIMITED)) !== 0;
}

/** The applications that exist, each with its bot user. */
export interface Bots {
  /** By the id of its user, which is the application's as well. */
  get(userId: string): Bot | undefined;
  /** Oldest first. */
  list(): Bot[];
  /** The bot whose token this is. */
  byToken(token: string): Bot | undefined;
  put(bot: Bot): void;
}

export function createBots(database: Database): Bots {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Bot;

  const cache = createReadCache<Bot | undefined>(database);

  function load(userId: string): Bot | undefined {
    const row = database.get("SELECT body FROM bots WHERE user_id = ?", BigInt(userId));
    return row && parse(row);
  }

  function get(userId: string): Bot | undefined {
    return cache.read(userId, () => load(userId));
  }

  return {
    get,
    list: () => database.all("SELECT body FROM bots ORDER BY user_id").map(parse),
    byToken(token) {
      // A token begins with the id of its user.
      const userId = Buffer.from(token.split(".")[0] ?? "", "base64url").toString("latin1");
      const bot = isSnowflake(userId) ? get(userId) : undefined;
      return bot && isSame(bot.token, token) ? bot : undefined;
    },
    put(bot) {
      database.run(
        "INSERT OR REPLACE INTO bots (user_id, body) VALUES (?, ?)",
        BigInt(bot.userId),
        JSON.stringify(bot),
      );
      cache.forget();
    },
  };
}

/** Compares secrets in a time that does not tell how much of them is right. */
export function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A new token for a bot: its user's id in base64, and randomness. */
export function createBotToken(userId: string, random: Random): string {
  return `${Buffer.from(userId).toString("base64url")}.${random.token(6)}.${random.token(38)}`;
}

/** A new Ed25519 key pair of an application. */
export function createApplicationKeys(random: Random): Pick<Bot, "publicKey" | "privateKey"> {
  const key = Buffer.concat([ED25519_PKCS8_PREFIX, random.bytes(32)]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "jwk" }).x as string;
  return {
    publicKey: Buffer.from(publicKey, "base64url").toString("hex"),
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
  };
}
