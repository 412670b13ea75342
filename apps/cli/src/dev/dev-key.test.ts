import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyRing } from "@tocsin/engine";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { ensureDevKey } from "./dev-key.ts";

function fakeKeyRing() {
  const created: Parameters<KeyRing["create"]>[0][] = [];
  const keys: KeyRing = {
    async create(input) {
      created.push(input);
      return { key: input.key ?? "", secret: input.secret ?? "" };
    },
    async verify(key, secret) {
      const known = created.find((each) => each.key === key && each.secret === secret);
      return known ? { keyId: key, organizationId: known.organizationId, scopes: known.scopes } : null;
    },
  };
  return { keys, created };
}

test("makes a key once, keeps it for its owner alone and registers it once", async () => {
  await using directory = await temporaryDirectory();
  const ring = fakeKeyRing();
  const first = await ensureDevKey(directory.path, ring.keys);
  expect(await ensureDevKey(directory.path, ring.keys)).toEqual(first);
  expect(ring.created).toEqual([{ organizationId: "default", scopes: ["send", "receive", "read", "admin"], ...first }]);
  expect((await stat(join(directory.path, "dev-key.json"))).mode & 0o777).toBe(0o600);
});

test("registers a kept key again at an engine that does not know it", async () => {
  await using directory = await temporaryDirectory();
  const first = await ensureDevKey(directory.path, fakeKeyRing().keys);
  const ring = fakeKeyRing();
  expect(await ensureDevKey(directory.path, ring.keys)).toEqual(first);
  expect(ring.created).toHaveLength(1);
});

test("replaces a file that holds no key", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "dev-key.json");
  await writeFile(path, "{");
  const made = await ensureDevKey(directory.path, fakeKeyRing().keys);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ api_key: made.key, api_secret: made.secret });
});
