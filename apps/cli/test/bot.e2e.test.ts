import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test, vi } from "vitest";
import { alertIdsOf, allMessages, startLoad } from "./alert-client.ts";
import {
  askDiscord,
  authorizationOf,
  type DevDescription,
  listMessages,
  readDevDescription,
  runTocsin,
  startDev,
} from "./dev-process.ts";

// Each starts several processes from their sources, on a machine that runs other tests beside them.
vi.setConfig({ testTimeout: 60_000 });

interface Thread {
  readonly type: number;
  readonly name: string;
  readonly thread_metadata: { readonly archived: boolean };
}

/** A thread of a text channel that everybody sees. */
const PUBLIC_THREAD = 11;

/** So many answers are lost, of sends and of threads each. */
const LOST_COUNT = 5;

interface Notification {
  readonly status: string;
  readonly message_id?: string;
  readonly thread_id?: string;
  readonly possible_duplicate_count?: number;
}

async function notificationsOf(dev: DevDescription, id: string): Promise<readonly Notification[]> {
  const response = await fetch(`${dev.relay.url}/alerts/${id}`, { headers: { authorization: authorizationOf(dev) } });
  const { data } = (await response.json()) as { data: { notifications: readonly Notification[] } };
  return data.notifications;
}

test("a critical alert has a message of the bot with a thread, which a resolve edits, tells and closes", async () => {
  await using directory = await temporaryDirectory();
  await using dev = startDev(directory.path);
  await dev.ready;
  const description = await readDevDescription(directory.path);
  const { critical } = description.discord.channels;
  const raise = (...args: readonly string[]) =>
    runTocsin(directory.path, ["send", "Checkout is down", "--dedup-key", "checkout", ...args]);

  const raised = await raise("--severity", "critical", "--wait");
  expect(raised).toMatchObject({ exitCode: 0, err: "" });
  const [message] = await listMessages(description, critical.id);
  const { id: messageId = "" } = message ?? {};
  expect(message?.author.bot).toBe(true);
  expect(message?.webhook_id).toBeUndefined();
  expect(message?.embeds[0]?.title).toContain("Checkout is down");
  const thread = await waitFor(() => askDiscord<Thread>(description, `/channels/${messageId}`).catch(() => undefined));
  expect(thread).toMatchObject({
    type: PUBLIC_THREAD,
    name: expect.stringContaining("Checkout is down"),
    thread_metadata: { archived: false },
  });

  expect(await raise("--status", "resolved")).toMatchObject({ exitCode: 0 });
  const closed = await waitFor(
    async () => {
      const now = await askDiscord<Thread>(description, `/channels/${messageId}`);
      return now.thread_metadata.archived && now;
    },
    { timeoutMs: 10_000 },
  );
  expect(closed.name).toBe(thread.name);
  // Discord itself puts a reference to the message at the head of its thread.
  const told = (await listMessages(description, messageId)).filter(({ type }) => type === 0);
  expect(told.map(({ content }) => content)).toEqual([expect.stringContaining("Resolved")]);
  const shown = await listMessages(description, critical.id);
  expect(shown).toHaveLength(1);
  expect(shown[0]?.id).toBe(messageId);
  expect(JSON.stringify(shown[0]?.embeds)).toContain('"value":"resolved');
  const [alertId = ""] = raised.out.split(" ");
  expect(await notificationsOf(description, alertId)).toMatchObject([
    { status: "delivered", message_id: messageId, thread_id: messageId },
  ]);
  await dev.kill();
});

test("a bot's message stands once, and its thread, although Discord's answers are lost", async () => {
  await using directory = await temporaryDirectory();
  await using dev = startDev(directory.path, "--limits", "off");
  await dev.ready;
  const description = await readDevDescription(directory.path);
  const { critical } = description.discord.channels;
  const control = description.discord.api_url.replace(/\/api$/, "/_control");
  for (const route of ["/channels/:channel_id/messages", "/threads"]) {
    const response = await fetch(`${control}/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        match: { method: "POST", route, channel_id: critical.id },
        effect: { kind: "reset_after_commit" },
        count: LOST_COUNT,
      }),
    });
    expect(response.status).toBe(201);
  }
  const load = startLoad({
    alertCount: 10,
    clientCount: 2,
    current: () => description,
    severityOf: () => "critical",
  });
  await load.done;
  for (const { id } of load.posted) {
    const [notification] = await waitFor(
      async () => {
        const notifications = await notificationsOf(description, id);
        return notifications.every(({ status, thread_id }) => status === "delivered" && thread_id) && notifications;
      },
      { timeoutMs: 30_000 },
    );
    expect(notification).not.toHaveProperty("possible_duplicate_count");
    expect(notification?.thread_id).toBe(notification?.message_id);
  }
  const shown = await allMessages(description, critical.id);
  expect(shown.flatMap(alertIdsOf).toSorted()).toEqual(load.posted.map(({ id }) => id).toSorted());
  expect(shown.filter(({ thread }) => thread === undefined)).toEqual([]);
  const stats = (await (await fetch(`${control}/stats`)).json()) as {
    readonly lost_answers: { readonly count: number };
  };
  expect(stats.lost_answers.count).toBe(2 * LOST_COUNT);
  await dev.kill();
});
