import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  hasPostgresServer,
  hasRedisServer,
  skipUnless,
  startPostgresServer,
  startRedisServer,
  temporaryDirectory,
} from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { expectAllDelivered, startLoad } from "./alert-client.ts";
import { readDevDescription, startDev, startEmulator } from "./dev-process.ts";
import { WITH_SERVICES, writeServices } from "./services.ts";

const ALERT_COUNT = 300;

describe.skipIf(skipUnless(hasPostgresServer(), "postgres") || skipUnless(hasRedisServer(), "redis-server"))(
  "two tocsin dev on one Postgres and one Redis",
  () => {
    test("share the work, and what one has accepted is delivered by the other after a kill -9", async () => {
      await using directory = await temporaryDirectory();
      await using postgres = await startPostgresServer();
      await using redis = await startRedisServer();
      await using emulator = startEmulator(directory.path);
      await emulator.ready;
      const start = async (name: string) => {
        const cwd = join(directory.path, name);
        await mkdir(cwd);
        await cp(join(directory.path, "discord", "emulator.json"), join(cwd, "discord", "emulator.json"));
        await writeServices(cwd, { postgresUrl: postgres.url, redisUrl: redis.url });
        const started = startDev(cwd, ...WITH_SERVICES);
        await started.ready;
        return { started, dev: await readDevDescription(cwd) };
      };
      const [one, other] = await Promise.all([start("one"), start("other")]);
      await using relays = new AsyncDisposableStack();
      for (const { started } of [one, other]) relays.use(started);
      expect(one.dev.relay.api_key).not.toBe(other.dev.relay.api_key);

      // Clients of the relay that dies go on with the other one, under the same idempotency keys.
      let isOneDead = false;
      const load = startLoad({
        alertCount: ALERT_COUNT,
        clientCount: 8,
        current: (client) => (client % 2 === 0 && !isOneDead ? one.dev : other.dev),
      });
      await load.reached(ALERT_COUNT / 2);
      await one.started.kill("SIGKILL");
      isOneDead = true;
      await load.done;
      expect(new Set(load.posted.map(({ id }) => id)).size).toBe(ALERT_COUNT);
      const { messageCount, doubledCount } = await expectAllDelivered(other.dev, load.posted);
      console.log(
        `two relays: ${ALERT_COUNT} accepted, ${messageCount} messages, ${doubledCount} alerts stand twice or more`,
      );
      await other.started.kill();
    }, 120_000);
  },
);
