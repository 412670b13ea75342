import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Random } from "../random.ts";
import type { Snowflakes } from "../snowflake.ts";
import type { Database } from "./database.ts";

const ED25519_PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Names and secrets that a data directory keeps for ever. */
export interface Identity {
  readonly applicationId: string;
  readonly botUserId: string;
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
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8_PREFIX, random.bytes(32)]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey).export({ format: "jwk" }).x as string;
  return {
    applicationId,
    botUserId: applicationId,
    botToken: `${Buffer.from(applicationId).toString("base64url")}.${random.token(6)}.${random.token(38)}`,
    publicKey: Buffer.from(publicKey, "base64url").toString("hex"),
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
    guildId,
    ownerId,
    channelIds: { alerts: next(), critical: next(), forum: next() },
    webhookIds: { alerts: next(), critical: next(), forum: next() },
    userIds: { alice: next(), bob: next(), mallory: next() },
    thumbsupId: next(),
  };
}
