import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyRing } from "@tocsin/engine";
import { writePrivateJson } from "../private-file.ts";

/** The credentials of the development relay. */
export interface DevKey {
  readonly key: string;
  readonly secret: string;
}

const FILE_NAME = "dev-key.json";

async function readDevKey(path: string): Promise<DevKey | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const { api_key: key, api_secret: secret } = JSON.parse(text) as Record<string, unknown>;
    if (typeof key === "string" && typeof secret === "string" && key !== "" && secret !== "") return { key, secret };
  } catch {
    // A file that holds no key is replaced by one that does.
  }
  return null;
}

/**
 * The key of this data directory, the same at every start: made at the first one and kept in `dev-key.json` (mode 0600).
 * It is on disk before the engine learns of it, so that a crash between the two changes nothing.
 */
export async function ensureDevKey(dataDir: string, keys: KeyRing): Promise<DevKey> {
  const path = join(dataDir, FILE_NAME);
  let devKey = await readDevKey(path);
  if (devKey === null) {
    devKey = {
      key: `tk_dev_${randomBytes(6).toString("hex")}`,
      secret: `tsk_${randomBytes(24).toString("base64url")}`,
    };
    await writePrivateJson(path, { api_key: devKey.key, api_secret: devKey.secret });
  }
  if ((await keys.verify(devKey.key, devKey.secret)) === null)
    await keys.create({ organizationId: "default", scopes: ["send", "receive", "read", "admin"], ...devKey });
  return devKey;
}
