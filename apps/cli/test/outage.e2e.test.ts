import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import {
  authorizationOf,
  type DevDescription,
  listMessages,
  readDevDescription,
  startDev,
  startEmulator,
} from "./dev-process.ts";

const ERROR_TREE = {
  embeds: {
    "0": { title: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "Must be 256 or fewer in length." }] } },
  },
};

interface Notification {
  readonly status: string;
  readonly reason?: string;
  readonly details?: unknown;
  readonly possible_duplicate_count?: number;
}

async function post(dev: DevDescription, alert: object): Promise<{ readonly status: number; readonly id: string }> {
  const response = await fetch(`${dev.relay.url}/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: authorizationOf(dev) },
    body: JSON.stringify(alert),
  });
  const { data } = (await response.json()) as { data: { id: string } };
  return { status: response.status, id: data.id };
}

async function notificationOf(dev: DevDescription, id: string): Promise<Notification | undefined> {
  const response = await fetch(`${dev.relay.url}/alerts/${id}`, { headers: { authorization: authorizationOf(dev) } });
  return ((await response.json()) as { data: { notifications: Notification[] } }).data.notifications[0];
}

test("Discord refuses one payload, then is down, then limits: every alert arrives once, as it is now, and the refused one is kept", async () => {
  await using directory = await temporaryDirectory();
  const cwd = directory.path;
  await using emulator = startEmulator(cwd);
  await emulator.ready;
  await using relay = startDev(cwd, "--discord", "discord/emulator.json");
  await relay.ready;
  const dev = await readDevDescription(cwd);
  const control = dev.discord.api_url.replace(/\/api$/, "/_control");
  const addFault = async (effect: object, count: number) => {
    const response = await fetch(`${control}/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ match: { method: "POST", route: "webhooks" }, effect, count }),
    });
    expect(response.status).toBe(201);
  };

  // What is refused for its form is tried once more in a stricter one.
  await addFault({ kind: "reject", code: 50035, errors: ERROR_TREE }, 2);
  const refused = await post(dev, { title: "refused" });
  const letter = await waitFor(
    async () => {
      const notification = await notificationOf(dev, refused.id);
      return notification?.status === "failed" && notification;
    },
    { timeoutMs: 10_000 },
  );
  expect(letter).toMatchObject({ reason: "invalid-form", details: { code: 50035, errors: ERROR_TREE } });

  await addFault({ kind: "status", status: 503 }, 4);
  await addFault({ kind: "rate_limit", scope: "user", retry_after: 0.2 }, 6);
  const ids: string[] = [];
  for (let index = 0; index < 30; index++) {
    const { status, id } = await post(dev, { title: `alert ${index}` });
    expect(status).toBe(201);
    ids.push(id);
  }
  // One alert that changes while Discord takes nothing, and once more afterwards.
  let changing = "";
  for (const used of [80, 85, 90]) {
    changing = (await post(dev, { title: `disk ${used} %`, dedup_key: "disk" })).id;
  }
  for (const id of [...ids, changing]) {
    await waitFor(async () => (await notificationOf(dev, id))?.status === "delivered", { timeoutMs: 30_000 });
    expect((await notificationOf(dev, id))?.possible_duplicate_count).toBeUndefined();
  }
  expect(await post(dev, { title: "disk 95 %", dedup_key: "disk" })).toEqual({ status: 200, id: changing });

  const titles = async () =>
    (await listMessages(dev, dev.discord.channels.alerts.id)).flatMap(({ embeds }) =>
      embeds.map(({ title }) => title?.replace(/^\S+ /, "")),
    );
  await waitFor(async () => (await titles()).includes("disk 95 %"), { timeoutMs: 10_000 });
  expect((await titles()).toSorted()).toEqual([...ids.map((_, index) => `alert ${index}`), "disk 95 %"].toSorted());
  const stats = (await (await fetch(`${control}/stats`)).json()) as { by_status: Record<string, number> };
  expect(stats.by_status).toMatchObject({ "400": 2, "503": 4, "429": 6 });
}, 90_000);
