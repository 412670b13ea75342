import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askServer } from "./ask-server.ts";
import { freePort } from "./free-port.ts";
import { startProcess } from "./start-process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { createTestServer, type TestServerDefinition } from "./test-server.ts";
import { waitFor } from "./wait-for.ts";

/** Answers every connection with the number of its start, which it keeps in its directory. */
const counter = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const count = existsSync("count") ? Number(readFileSync("count", "utf8")) + 1 : 1;
writeFileSync("count", String(count));
require("node:net").createServer((socket) => socket.on("error", () => {}).end(String(count))).listen(Number(process.argv[1]), "127.0.0.1");
process.on("SIGTERM", () => { writeFileSync("last-word", "bye"); process.exit(); });
`;

async function definition(code = counter): Promise<TestServerDefinition> {
  const { path: directory } = await temporaryDirectory();
  const port = await freePort();
  return {
    url: `any://127.0.0.1:${port}`,
    port,
    directory,
    program: process.execPath,
    args: ["--eval", code, String(port)],
    stopSignal: "SIGTERM",
    endSignal: "SIGKILL",
    answers: async () => (await answerOf(port)) !== undefined,
    killAll: async (pid) => void process.kill(pid, "SIGKILL"),
  };
}

/** What the counter says now; undefined while it is down. */
async function answerOf(port: number): Promise<string | undefined> {
  let text: string | undefined;
  const judge = (answer: Buffer): boolean => {
    text = answer.toString();
    return true;
  };
  await askServer({ host: "127.0.0.1", port, request: Buffer.from("x"), judge, timeoutMs: 1_000 });
  return text;
}

test("runs when it is handed over, and comes back on its port with its data", async () => {
  await using server = await createTestServer(await definition());
  expect(await answerOf(server.port)).toBe("1");
  await server.kill();
  expect(await answerOf(server.port)).toBeUndefined();
  await server.start();
  expect(await answerOf(server.port)).toBe("2");
});

test("a stop lets it end in order, a kill does not", async () => {
  const wanted = await definition();
  await using server = await createTestServer(wanted);
  await server.kill();
  expect(await readdir(wanted.directory)).toEqual(["count"]);
  await server.start();
  await server.stop();
  expect(await answerOf(server.port)).toBeUndefined();
  expect(await readdir(wanted.directory)).toEqual(["count", "last-word"]);
});

test("starting what runs and ending what is down does nothing", async () => {
  await using server = await createTestServer(await definition());
  await server.start();
  expect(await answerOf(server.port)).toBe("1");
  await server.stop();
  await server.stop();
  await server.kill();
});

test("is gone with its directory afterwards", async () => {
  const wanted = await definition();
  {
    await using _server = await createTestServer(wanted);
  }
  expect(await answerOf(wanted.port)).toBeUndefined();
  expect(existsSync(wanted.directory)).toBe(false);
});

test("one that cannot start says why and leaves nothing", async () => {
  const wanted = await definition('console.error("no such setting"); process.exit(2);');
  await expect(createTestServer(wanted)).rejects.toThrow(/did not start \(ended\); its output:\nno such setting/);
  expect(existsSync(wanted.directory)).toBe(false);
});

test("goes when its owner is killed, and takes its directory along", async () => {
  const wanted = await definition();
  const source = join(import.meta.dirname, "test-server.ts");
  const owner = startProcess({
    args: [
      "--input-type=module",
      "--eval",
      `import { createTestServer } from ${JSON.stringify(source)};
       const wanted = ${JSON.stringify(wanted)};
       await createTestServer({ ...wanted, answers: async () => (await fetch("http://127.0.0.1:" + wanted.port).catch((e) => e)).cause?.code !== "ECONNREFUSED" });
       console.log("owned");`,
    ],
    readyPattern: /owned/,
  });
  await owner.ready;
  expect(await answerOf(wanted.port)).toBe("1");
  await owner.kill("SIGKILL");
  await waitFor(async () => (await answerOf(wanted.port)) === undefined && !existsSync(wanted.directory));
});

test("a free port is one that nobody has, outside of what systems hand out", async () => {
  const port = await freePort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_000);
  const listener = createServer();
  await once(listener.listen(port, "127.0.0.1"), "listening");
  listener.close();
});
