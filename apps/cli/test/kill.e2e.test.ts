import { setTimeout as delay } from "node:timers/promises";
import { createSeededRandom, temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { alertIdsOf, allMessages, expectAllDelivered, startLoad } from "./alert-client.ts";
import { readDevDescription, startDev, startEmulator } from "./dev-process.ts";

const ALERT_COUNT = 1_000;
/** Of so many alerts one is critical: it goes to the bot's channel and gets a thread. */
const CRITICAL_EVERY = 5;
const KILL_COUNT = 6;
const CLIENT_COUNT = 16;

test("kill -9 of the relay at any moment loses no accepted alert, doubles webhook messages only where an answer was lost, and a bot's never", async () => {
  const seed = Number(process.env.TOCSIN_TEST_SEED ?? Date.now() % 1_000_000);
  console.log(`kill -9 test: TOCSIN_TEST_SEED=${seed}`);
  const random = createSeededRandom(seed);
  await using directory = await temporaryDirectory();
  const cwd = directory.path;
  await using emulator = startEmulator(cwd);
  await emulator.ready;

  await using relays = new AsyncDisposableStack();
  const start = async () => {
    const started = relays.use(startDev(cwd, "--discord", "discord/emulator.json"));
    await started.ready;
    return started;
  };
  let relay = await start();
  let dev = await readDevDescription(cwd);
  const { posted, reached, done } = startLoad({
    alertCount: ALERT_COUNT,
    clientCount: CLIENT_COUNT,
    current: () => dev,
    severityOf: (index) => (index % CRITICAL_EVERY === 0 ? "critical" : "warn"),
  });

  // Spread over the whole run: a kill each time some more alerts were answered, plus a random moment.
  for (let kill = 1; kill <= KILL_COUNT; kill++) {
    const goal = Math.floor((ALERT_COUNT * kill) / (KILL_COUNT + 1));
    await reached(goal);
    await delay(Math.floor(random.next() * 40));
    await relay.kill("SIGKILL");
    relay = await start();
    dev = await readDevDescription(cwd);
  }
  await done;
  expect(posted).toHaveLength(ALERT_COUNT);
  expect(new Set(posted.map(({ id }) => id)).size).toBe(ALERT_COUNT);

  const bySeverity = Object.groupBy(posted, ({ severity }) => severity);
  const { messageCount, doubledCount } = await expectAllDelivered(dev, bySeverity.warn ?? []);
  const criticalIds = (bySeverity.critical ?? []).map(({ id }) => id).toSorted();
  const shown = await waitFor(
    async () => {
      const messages = await allMessages(dev, dev.discord.channels.critical.id);
      return messages.length >= criticalIds.length && messages.every(({ thread }) => thread) && messages;
    },
    { timeoutMs: 60_000, intervalMs: 50 },
  );
  expect(shown.flatMap(alertIdsOf).toSorted()).toEqual(criticalIds);
  console.log(
    `kill -9 test: ${ALERT_COUNT} accepted; by webhook in ${messageCount} messages, ${doubledCount} alerts stand twice or more; by bot in ${shown.length}, each once and with its thread`,
  );
}, 240_000);
