import { describe, expect, test } from "vitest";
import { askServer } from "./ask-server.ts";
import { skipUnless } from "./skip-unless.ts";
import { hasRedisServer, startRedisServer } from "./start-redis-server.ts";
import type { TestServer } from "./test-server.ts";

/** Sends one command and gives its whole answer. */
async function command(server: TestServer, line: string): Promise<string> {
  let text = "";
  const judge = (answer: Buffer): true | undefined => {
    text = answer.toString();
    return text.endsWith("\r\n") ? true : undefined;
  };
  await askServer({
    host: "127.0.0.1",
    port: server.port,
    request: Buffer.from(`${line}\r\n`),
    judge,
    timeoutMs: 2_000,
  });
  return text;
}

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))("a Redis of one's own", () => {
  test("is empty and not the shared one", async () => {
    await using server = await startRedisServer();
    await using other = await startRedisServer();
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
    expect(other.port).not.toBe(server.port);
    expect(await command(server, "DBSIZE")).toBe(":0\r\n");
  });

  test("forgets everything when it comes back", async () => {
    await using server = await startRedisServer();
    await command(server, "SET key value");
    await server.kill();
    await server.start();
    expect(await command(server, "DBSIZE")).toBe(":0\r\n");
  });

  test("with appendOnly, remembers what it answered before it was killed or stopped", async () => {
    await using server = await startRedisServer({ appendOnly: true });
    expect(await command(server, "SET killed value")).toBe("+OK\r\n");
    await server.kill();
    await server.start();
    expect(await command(server, "SET stopped value")).toBe("+OK\r\n");
    await server.stop();
    await server.start();
    expect(await command(server, "EXISTS killed stopped")).toBe(":2\r\n");
  });
});
