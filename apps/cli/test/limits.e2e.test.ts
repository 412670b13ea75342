import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { expectAllDelivered, startLoad } from "./alert-client.ts";
import { readDevDescription, startDev, startEmulator } from "./dev-process.ts";

interface Stats {
  readonly rate_limited: Readonly<Record<"user" | "shared" | "global", number>>;
  readonly messages_created: number;
}

// More than a burst of the webhook (5), and more than the channel takes in a minute (30): the last ones come 2 s apart.
const ALERT_COUNT = 40;

test("alerts for one webhook, all at once: all arrive, and Discord has to refuse none for being too many", async () => {
  await using directory = await temporaryDirectory();
  const cwd = directory.path;
  await using emulator = startEmulator(cwd, "documented");
  await emulator.ready;
  await using relay = startDev(cwd, "--discord", "discord/emulator.json");
  await relay.ready;
  const dev = await readDevDescription(cwd);
  const load = startLoad({ alertCount: ALERT_COUNT, clientCount: 8, current: () => dev });
  await load.done;
  expect(await expectAllDelivered(dev, load.posted, 90_000)).toEqual({ messageCount: ALERT_COUNT, doubledCount: 0 });
  const control = dev.discord.api_url.replace(/\/api$/, "/_control");
  const stats = (await (await fetch(`${control}/stats`)).json()) as Stats;
  console.log(`documented limits: ${JSON.stringify(stats.rate_limited)}`);
  expect(stats).toMatchObject({ rate_limited: { user: 0, global: 0 }, messages_created: ALERT_COUNT });
  await relay.kill();
}, 120_000);
