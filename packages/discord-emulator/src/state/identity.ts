import type { Random } from "../random.ts";
import type { Snowflakes } from "../snowflake.ts";
import { createApplicationKeys, createBotToken } from "./bots.ts";
import type { Database } from "./database.ts";

/** Ids and keys that a data directory was founded with. */
export interface Identity {
  readonly applicationId: string;
  readonly botUserId: string;
  /** The first one: it may have been reset since. */
  readonly botToken: string;
  /** Ed25519: 32 raw bytes in hex, and the PKCS #8 form in base64. */
  readonly publicKey: string;
  readonly privateKey: string;
  readonly guildId: string;
  readonly ownerId: string;
  readonly userIds: { readonly alice: string; readonly bob: string; readonly mallory: string };
  readonly channelIds: { readonly alerts: string; readonly critical: string; readonly forum: string };
  readonly webhookIds: { readonly alerts: string; readonly critical: string; readonly forum: string };
  readonly thumbsupId: string;
}

/** Reads the identity of an existing data directory, or invents and stores one. `isNew` tells which. */
export function loadIdentity(
  database: Database,
  snowflakes: Snowflakes,
  random: Random,
): { readonly identity: Identity; readonly isNew: boolean } {
  const stored = database.get("SELECT value FROM meta WHERE key = 'identity'");
  if (stored) return { identity: JSON.parse(String(stored.value)) as Identity, isNew: false };
  const identity = inventIdentity(snowflakes, random);
  database.run("INSERT INTO meta (key, value) VALUES ('identity', ?)", JSON.stringify(identity));
  return { identity, isNew: true };
}

function inventIdentity(snowflakes: Snowflakes, random: Random): Identity {
  const next = () => snowflakes.next();
  const ownerId = next();
  // Since 2016 a new application and its bot user share one id.
  const applicationId = next();
  const guildId = next();
  const keys = createApplicationKeys(random);
  return {
    applicationId,
    botUserId: applicationId,
    botToken: createBotToken(applicationId, random),
    ...keys,
    guildId,
    ownerId,
    channelIds: { alerts: next(), critical: next(), forum: next() },
    webhookIds: { alerts: next(), critical: next(), forum: next() },
    userIds: { alice: next(), bob: next(), mallory: next() },
    thumbsupId: next(),
  };
}
