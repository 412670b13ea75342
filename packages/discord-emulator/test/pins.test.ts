import { expect, test } from "vitest";
import { eventsDuring } from "./events.ts";
import { asBot, postMessage, startEmulator } from "./support.ts";

async function start() {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const emulator = await startEmulator({ now: () => clock.now });
  const { id, webhook_url } = emulator.description.channels.alerts;
  const path = `/channels/${id}/messages`;
  const call = (method: string, where: string) => asBot(emulator, method, where);
  const post = async () => (await postMessage(webhook_url, { content: "c" })).id as string;
  const pin = (messageId: string) => call("PUT", `${path}/pins/${messageId}`);
  return {
    clock,
    emulator,
    channelId: id,
    path,
    call,
    post,
    pin,
    [Symbol.asyncDispose]: emulator[Symbol.asyncDispose],
  };
}

test("a pin is told of in the channel, once, and moves the time of the last pin", async () => {
  await using world = await start();
  const { clock, emulator, channelId, path, call, post, pin } = world;
  const id = await post();
  const events = await eventsDuring(emulator, async () => {
    expect((await pin(id)).status).toBe(204);
    expect((await pin(id)).status).toBe(204);
  });
  const last_pin_timestamp = new Date(clock.now).toISOString().replace("Z", "000+00:00");
  expect(events).toMatchObject([
    { t: "MESSAGE_UPDATE", d: { id, pinned: true } },
    { t: "CHANNEL_PINS_UPDATE", d: { channel_id: channelId, last_pin_timestamp } },
    { t: "MESSAGE_CREATE", d: { type: 6, content: "", message_reference: { message_id: id, channel_id: channelId } } },
  ]);
  expect((await call("GET", `/channels/${channelId}`)).json.last_pin_timestamp).toBe(last_pin_timestamp);
  const gone = await eventsDuring(emulator, async () => {
    await call("DELETE", `${path}/pins/${id}`);
    await call("DELETE", `/channels/${channelId}/pins/${id}`);
  });
  expect(gone).toMatchObject([
    { t: "MESSAGE_UPDATE", d: { id, pinned: false } },
    { t: "CHANNEL_PINS_UPDATE", d: { last_pin_timestamp: null } },
  ]);
});

test("lists page by the time of the pin and lose nothing, though all were pinned in one moment", async () => {
  await using world = await start();
  const { channelId, path, call, post, pin } = world;
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const id = await post();
    await pin(id);
    ids.unshift(id);
  }
  const seen: string[] = [];
  for (let query = "?limit=2"; ; ) {
    const { items, has_more } = (await call("GET", `${path}/pins${query}`)).json;
    seen.push(...items.map((item: { message: { id: string } }) => item.message.id));
    if (!has_more) break;
    query = `?limit=2&before=${encodeURIComponent(items.at(-1).pinned_at)}`;
  }
  expect(seen).toEqual(ids);
  expect((await call("GET", `/channels/${channelId}/pins`)).json.map(({ id }: { id: string }) => id)).toEqual(ids);
  for (const query of ["?limit=0", "?limit=51", "?before=noon"]) {
    expect((await call("GET", `${path}/pins${query}`)).json.code).toBe(50035);
  }
});

test("250 messages are pinned, 50 to a page, and one more is refused under both paths", async () => {
  await using world = await start();
  const { channelId, path, call, post, pin } = world;
  for (let count = 0; count < 250; count += 1) expect((await pin(await post())).status).toBe(204);
  const id = await post();
  expect(await pin(id)).toMatchObject({ status: 400, json: { code: 30003 } });
  expect((await call("PUT", `/channels/${channelId}/pins/${id}`)).json.code).toBe(30003);
  const { items, has_more } = (await call("GET", `${path}/pins`)).json;
  expect([items.length, has_more]).toEqual([50, true]);
  expect((await call("GET", `/channels/${channelId}/pins`)).json).toHaveLength(50);
  await call("DELETE", `${path}/pins/${items[0].message.id}`);
  expect((await pin(id)).status).toBe(204);
});

test("system messages are not pinned, nor messages of other channels", async () => {
  await using world = await start();
  const { emulator, path, call, post, pin } = world;
  await pin(await post());
  const [notice] = (await call("GET", `${path}?limit=1`)).json;
  expect((await pin(notice.id)).json.code).toBe(50021);
  const other = await postMessage(emulator.description.channels.critical.webhook_url, { content: "c" });
  expect((await pin(other.id)).json.code).toBe(10008);
});
