import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { sharedPostgres, skipUnless, waitFor } from "@tocsin/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { insertNote, noteIds, openNotes } from "./notes.ts";
import { type PostgresSchema, postgresSchema } from "./postgres-schema.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

const postgres = await sharedPostgres();

/** The simple query message of a bare `commit`: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const COMMIT = Buffer.from("Q\0\0\0\x0bcommit\0");

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("a connection that ends in the middle", () => {
  const schemas: PostgresSchema[] = [];
  afterEach(async () => {
    for (const schema of schemas.splice(0)) await schema.remove();
  });

  function newSchema(): PostgresSchema {
    const schema = postgresSchema(postgres.url);
    schemas.push(schema);
    return schema;
  }

  const port = Number(new URL(postgres.url).port || 5432);

  function through(proxyPort: number): string {
    const url = new URL(postgres.url);
    url.hostname = "127.0.0.1";
    url.port = String(proxyPort);
    return url.href;
  }

  test.each([
    { moment: "after the server has done it", verdict: "cut-after-answer", stored: [1, 2, 3] },
    { moment: "before the server has it", verdict: "cut", stored: [] },
  ] as const)("a commit cut $moment is STORE_COMMIT_UNKNOWN for all that shared it", async ({ verdict, stored }) => {
    const { name } = newSchema();
    let isSpoiled = false;
    await using proxy = await startTcpProxy(port, {
      onRequest: (bytes) => (isSpoiled && bytes.equals(COMMIT) ? verdict : "pass"),
    });
    await using store = openNotes({ url: through(proxy.port), schema: name, writerCount: 1 });
    await store.ready();
    isSpoiled = true;
    const results = await Promise.allSettled([1, 2, 3].map((id) => store.write((tx) => insertNote(tx, id))));
    expect(results).toMatchObject(
      [1, 2, 3].map(() => ({ status: "rejected", reason: { code: "STORE_COMMIT_UNKNOWN", retryable: true } })),
    );
    isSpoiled = false;
    await waitFor(() => store.isWritable());
    expect(await noteIds(store.read)).toEqual(stored);
  });

  test("a statement cut before the commit is STORE_UNAVAILABLE, and nothing of its group is stored", async () => {
    const { name } = newSchema();
    let isSpoiled = false;
    await using proxy = await startTcpProxy(port, {
      onRequest: (bytes) => (isSpoiled && bytes.includes("the third") ? "cut-after-answer" : "pass"),
    });
    await using store = openNotes({ url: through(proxy.port), schema: name, writerCount: 1 });
    await store.ready();
    isSpoiled = true;
    const texts = ["the first", "the second", "the third", "the fourth"];
    const results = await Promise.allSettled(texts.map((text, id) => store.write((tx) => insertNote(tx, id, text))));
    expect(results).toMatchObject(
      texts.map(() => ({ status: "rejected", reason: { code: "STORE_UNAVAILABLE", retryable: true } })),
    );
    isSpoiled = false;
    await waitFor(() => store.isWritable());
    expect(await noteIds(store.read)).toEqual([]);
  });

  test("answers that never come are given up, and a commit among them is STORE_COMMIT_UNKNOWN", async () => {
    const { name } = newSchema();
    let isArmed = false;
    let isSilent = false;
    await using proxy = await startTcpProxy(port, {
      onRequest(bytes) {
        isSilent ||= isArmed && bytes.equals(COMMIT);
        return "pass";
      },
      answers: () => !isSilent,
    });
    await using store = openNotes({
      url: through(proxy.port),
      schema: name,
      statementTimeoutMs: 300,
      connectTimeoutMs: 500,
    });
    await store.ready();
    isArmed = true;
    await expect(store.write((tx) => insertNote(tx, 1))).rejects.toMatchObject({ code: "STORE_COMMIT_UNKNOWN" });
    await expect(store.write((tx) => insertNote(tx, 2))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(noteIds(store.read)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    isArmed = false;
    isSilent = false;
    await waitFor(() => store.isWritable());
    expect(await noteIds(store.read)).toEqual([1]);
  });

  test("a server that takes connections and says nothing is STORE_UNAVAILABLE", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port: silentPort } = server.address() as AddressInfo;
    await using store = openNotes({ url: through(silentPort), connectTimeoutMs: 100 });
    await expect(store.write((tx) => insertNote(tx, 1))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(noteIds(store.read)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(store.isWritable()).toBe(false);
    server.close();
  });
});
