import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Store } from "@tocsin/store";
import { ulid } from "ulid";
import type { KeyRing, KeyScope } from "../engine.ts";
import { withEngine } from "../tables.ts";

const SECRET_BYTES = 32;
const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compared with when the key is unknown, so that both answers take the same time. */
const NO_SECRET = sha256(randomBytes(SECRET_BYTES).toString("hex"));

/** API keys in the engine's table. A plain digest suffices: secrets are 256 random bits, not words that can be guessed. */
export function createKeyRing(store: Store, now: () => number): KeyRing {
  return {
    async create({ organizationId, scopes, key, secret }) {
      const created = {
        key: key ?? `tk_${ulid(now()).toLowerCase()}`,
        secret: secret ?? `tsk_${randomBytes(SECRET_BYTES).toString("base64url")}`,
      };
      const values = { secret_sha256: sha256(created.secret).toString("hex"), scopes: JSON.stringify(scopes) };
      await store.write((tx) =>
        withEngine(tx)
          .insertInto("api_keys")
          .values({ organization_id: organizationId, key_id: created.key, created_at: now(), ...values })
          .onConflict((conflict) => conflict.columns(["organization_id", "key_id"]).doUpdateSet(values))
          .execute(),
      );
      return created;
    },
    async verify(key, secret) {
      const row = await withEngine(store.read)
        .selectFrom("api_keys")
        .selectAll()
        .where("key_id", "=", key)
        .executeTakeFirst();
      const expected = row === undefined ? NO_SECRET : Buffer.from(row.secret_sha256, "hex");
      const matches = timingSafeEqual(sha256(secret), expected);
      if (row === undefined || !matches) return null;
      return {
        keyId: row.key_id,
        organizationId: row.organization_id,
        scopes: JSON.parse(row.scopes) as readonly KeyScope[],
      };
    },
  };
}
