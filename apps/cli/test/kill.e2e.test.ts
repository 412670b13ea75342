import { setTimeout as delay } from "node:timers/promises";
import { createSeededRandom, temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { authorizationOf, type DevDescription, readDevDescription, startDev, startEmulator } from "./dev-process.ts";

const ALERT_COUNT = 1_000;
const KILL_COUNT = 6;
const CLIENT_COUNT = 16;

interface Posted {
  readonly title: string;
  readonly id: string;
}

interface ShownMessage {
  readonly id: string;
  readonly embeds: readonly { readonly title: string; readonly footer: { readonly text: string } }[];
}

/** Posts one alert until it is answered, as a client that wants to lose nothing does: under one idempotency key. */
async function post(current: () => DevDescription, title: string): Promise<Posted> {
  for (;;) {
    try {
      const dev = current();
      const response = await fetch(`${dev.relay.url}/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: authorizationOf(dev), "idempotency-key": title },
        body: JSON.stringify({ title, severity: "warn", context: { number: title } }),
      });
      if (response.status === 201) {
        const { data } = (await response.json()) as { data: { id: string } };
        return { title, id: data.id };
      }
      if (response.status !== 503) throw new TypeError(`answered ${response.status}: ${await response.text()}`);
    } catch (error) {
      // fetch rejects with a TypeError that has a cause when the relay is dead; anything else is a real failure.
      if (!(error instanceof TypeError) || error.cause === undefined) throw error;
    }
    await delay(20);
  }
}

async function allMessages(dev: DevDescription, channelId: string): Promise<readonly ShownMessage[]> {
  const messages: ShownMessage[] = [];
  for (;;) {
    const before = messages.at(-1)?.id;
    const query = before === undefined ? "limit=100" : `limit=100&before=${before}`;
    const response = await fetch(`${dev.discord.api_url}/v10/channels/${channelId}/messages?${query}`, {
      headers: { authorization: `Bot ${dev.discord.bot_token}` },
    });
    const page = (await response.json()) as ShownMessage[];
    if (page.length === 0) return messages;
    messages.push(...page);
  }
}

/** What the relay says of one alert: delivered, and how many more messages of it there may be. */
async function possibleDuplicateCount(dev: DevDescription, id: string): Promise<number> {
  const response = await fetch(`${dev.relay.url}/alerts/${id}`, { headers: { authorization: authorizationOf(dev) } });
  const { data } = (await response.json()) as {
    data: { notifications: { status: string; possible_duplicate_count?: number }[] };
  };
  expect(data.notifications).toMatchObject([{ status: "delivered" }]);
  return data.notifications[0]?.possible_duplicate_count ?? 0;
}

const alertIdOf = (message: ShownMessage) => /alt_[0-9a-z]+/.exec(message.embeds[0]?.footer.text ?? "")?.[0] ?? "none";

test("kill -9 of the relay at any moment loses no accepted alert, and doubles only where an answer was lost", async () => {
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

  let next = 0;
  const posted: Posted[] = [];
  const client = async () => {
    while (next < ALERT_COUNT) {
      const title = `alert-${next++}`;
      posted.push(await post(() => dev, title));
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENT_COUNT }, client));

  // Spread over the whole run: a kill each time some more alerts were answered, plus a random moment.
  for (let kill = 1; kill <= KILL_COUNT; kill++) {
    const goal = Math.floor((ALERT_COUNT * kill) / (KILL_COUNT + 1));
    await waitFor(() => posted.length >= goal, { timeoutMs: 60_000, intervalMs: 1 });
    await delay(Math.floor(random.next() * 40));
    await relay.kill("SIGKILL");
    relay = await start();
    dev = await readDevDescription(cwd);
  }
  await clients;
  expect(posted).toHaveLength(ALERT_COUNT);
  expect(new Set(posted.map(({ id }) => id)).size).toBe(ALERT_COUNT);

  const messages = await waitFor(
    async () => {
      const shown = await allMessages(dev, dev.discord.channels.alerts.id);
      const ids = new Set(shown.map(alertIdOf));
      return posted.every(({ id }) => ids.has(id)) && shown;
    },
    { timeoutMs: 60_000, intervalMs: 50 },
  );
  expect(new Set(messages.map(alertIdOf))).toEqual(new Set(posted.map(({ id }) => id)));

  // A message stands twice only where an answer was lost, and then the relay has counted it.
  const doubled = [...Map.groupBy(messages, alertIdOf)].filter(([, shown]) => shown.length > 1);
  for (const [id, shown] of doubled) {
    const counted = await waitFor(() => possibleDuplicateCount(dev, id), { timeoutMs: 10_000 });
    expect(shown.length - 1).toBeLessThanOrEqual(counted);
  }
  console.log(
    `kill -9 test: ${ALERT_COUNT} accepted, ${messages.length} messages, of ${doubled.length} alerts two or more`,
  );
}, 120_000);
