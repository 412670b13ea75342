import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { type Delivered, expectAllDelivered, startLoad } from "./alert-client.ts";
import {
  type DevDescription,
  readDevDescription,
  readEmulatorDescription,
  startDev,
  startEmulator,
} from "./dev-process.ts";

interface Stats {
  readonly rate_limited: Readonly<Record<"user" | "shared" | "global", number>>;
  readonly messages_created: number;
}

// More than a burst of the webhook (5), and more than the channel takes in a minute (30): the last ones come 2 s apart.
const ALERT_COUNT = 40;

const configOf = ({ channels }: DevDescription["discord"], options: string): string => `destinations:
  alerts: { kind: discord, webhook_url: "${channels.alerts.webhook_url}", ${options} }
routes:
  - destinations: [alerts]
`;

/** Posts the alerts all at once, and waits until a channel with documented limits shows all of them. */
async function postAllAtOnce(options: string): Promise<Delivered & { readonly stats: Stats }> {
  await using directory = await temporaryDirectory();
  const cwd = directory.path;
  await using emulator = startEmulator(cwd, "documented");
  await emulator.ready;
  const discord = await readEmulatorDescription(cwd);
  await writeFile(join(cwd, "tocsin.yaml"), configOf(discord, options));
  await using relay = startDev(cwd, "--discord", "discord/emulator.json", "--config", "tocsin.yaml");
  await relay.ready;
  const dev = await readDevDescription(cwd);
  const load = startLoad({ alertCount: ALERT_COUNT, clientCount: 8, current: () => dev });
  await load.done;
  const delivered = await expectAllDelivered(dev, load.posted, 90_000);
  const control = dev.discord.api_url.replace(/\/api$/, "/_control");
  const stats = (await (await fetch(`${control}/stats`)).json()) as Stats;
  await relay.kill();
  return { ...delivered, stats };
}

describe("alerts for one webhook, all at once", () => {
  test("arrive each in a message of its own where none may share one, and Discord has to refuse none", async () => {
    const { stats, ...delivered } = await postAllAtOnce("pack: false");
    expect(delivered).toEqual({ shownCount: ALERT_COUNT, messageCount: ALERT_COUNT, doubledCount: 0 });
    console.log(`documented limits: ${JSON.stringify(stats.rate_limited)}`);
    expect(stats).toMatchObject({ rate_limited: { user: 0, global: 0 }, messages_created: ALERT_COUNT });
  }, 120_000);

  test("share messages while they wait, each with its own embed", async () => {
    const { stats, ...delivered } = await postAllAtOnce("pack: true");
    expect(delivered).toMatchObject({ shownCount: ALERT_COUNT, doubledCount: 0 });
    console.log(`${ALERT_COUNT} alerts in ${delivered.messageCount} messages`);
    expect(delivered.messageCount).toBeLessThan(ALERT_COUNT);
    expect(stats).toMatchObject({ rate_limited: { user: 0, global: 0 }, messages_created: delivered.messageCount });
  }, 120_000);
});
