import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { findConnection } from "./connection.ts";

const DEV = { url: "http://127.0.0.1:8080", api_key: "tk_dev", api_secret: "tsk_devsecret" };
const FLAGS = { url: "http://flag.example:1", apiKey: "tk_flag", apiSecret: "tsk_flagsecret" };
const ENV = { TOCSIN_URL: "http://env.example:2", TOCSIN_API_KEY: "tk_env", TOCSIN_API_SECRET: "tsk_envsecret" };

async function devDirectory(relay: unknown = DEV) {
  const directory = await temporaryDirectory();
  await mkdir(join(directory.path, ".tocsin"));
  await writeFile(join(directory.path, ".tocsin", "dev.json"), JSON.stringify({ relay }));
  return directory;
}

describe("findConnection", () => {
  test("takes flags before the environment before dev.json", async () => {
    await using directory = await devDirectory();
    const cwd = directory.path;
    const path = join(cwd, ".tocsin", "dev.json");
    expect(await findConnection({ env: ENV, cwd }, FLAGS)).toEqual({
      kind: "found",
      connection: { ...FLAGS, source: "--url" },
    });
    expect(await findConnection({ env: ENV, cwd }, {})).toEqual({
      kind: "found",
      connection: { url: ENV.TOCSIN_URL, apiKey: "tk_env", apiSecret: "tsk_envsecret", source: "TOCSIN_URL" },
    });
    expect(await findConnection({ env: {}, cwd }, {})).toEqual({
      kind: "found",
      connection: { url: DEV.url, apiKey: "tk_dev", apiSecret: "tsk_devsecret", source: path },
    });
  });

  test("finds dev.json in a directory above", async () => {
    await using directory = await devDirectory();
    const cwd = join(directory.path, "a", "b");
    expect(await findConnection({ env: {}, cwd }, {})).toMatchObject({ connection: { apiKey: "tk_dev" } });
  });

  test("never sends the credentials of dev.json to another address", async () => {
    await using directory = await devDirectory();
    const result = await findConnection({ env: {}, cwd: directory.path }, { url: "http://other.example" });
    expect(result).toMatchObject({ kind: "missing", failure: { exitCode: 2 } });
  });

  test("uses the credentials of dev.json for its own address given by hand", async () => {
    await using directory = await devDirectory();
    const result = await findConnection({ env: {}, cwd: directory.path }, { url: `${DEV.url}/` });
    expect(result).toMatchObject({ connection: { url: DEV.url, apiSecret: "tsk_devsecret" } });
  });

  test("passes over a dev.json that describes no relay", async () => {
    await using directory = await devDirectory({ url: 5 });
    const result = await findConnection({ env: {}, cwd: directory.path }, {});
    expect(result).toMatchObject({ kind: "missing", failure: { exitCode: 3 } });
  });

  test("counts an empty environment variable as not set", async () => {
    await using directory = await devDirectory();
    const env = { TOCSIN_URL: "", TOCSIN_API_KEY: "", TOCSIN_API_SECRET: "" };
    const result = await findConnection({ env, cwd: directory.path }, {});
    expect(result).toMatchObject({ kind: "found", connection: { apiKey: "tk_dev" } });
  });

  test("keeps a path prefix of the address and drops trailing slashes", async () => {
    const result = await findConnection({ env: {}, cwd: "/nowhere" }, { ...FLAGS, url: "https://x.example/tocsin//" });
    expect(result).toMatchObject({ connection: { url: "https://x.example/tocsin" } });
  });

  test.each([["ftp://x.example"], ["no url"], ["http://user:hunter22@x.example"]])(
    "refuses %s as an address, without repeating it",
    async (url) => {
      const result = await findConnection({ env: {}, cwd: "/nowhere" }, { ...FLAGS, url });
      expect(result).toMatchObject({ kind: "missing", failure: { exitCode: 2 } });
      expect(JSON.stringify(result)).not.toContain("hunter22");
    },
  );

  test.each([
    ["key", { url: FLAGS.url, apiSecret: "tsk_flagsecret" }, "TOCSIN_API_KEY"],
    ["secret", { url: FLAGS.url, apiKey: "tk_flag" }, "TOCSIN_API_SECRET"],
  ])("says which credential is missing: the %s", async (_name, flags, variable) => {
    const result = await findConnection({ env: {}, cwd: "/nowhere" }, flags);
    expect(result).toMatchObject({ kind: "missing", failure: { advice: expect.stringContaining(variable) } });
  });

  test("refuses a credential that cannot travel in a header, without repeating it", async () => {
    const result = await findConnection({ env: {}, cwd: "/nowhere" }, { ...FLAGS, apiSecret: "tsk_one\ntwo" });
    expect(result).toMatchObject({ kind: "missing", failure: { exitCode: 2 } });
    expect(JSON.stringify(result)).not.toContain("two");
  });
});
