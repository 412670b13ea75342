import { expect, test } from "vitest";
import { asBot, send, startEmulator } from "../support.ts";
import { answer, begin, button, byToken, click, pageEvents, register, row } from "./support.ts";

test("the page hears of interactions, but not their tokens", async () => {
  await using emulator = await startEmulator();
  await register(emulator, { name: "ack", description: "d" });
  const { channels, users } = emulator.description;
  const run = { channel_id: channels.alerts.id, user_id: users.alice.id, name: "ack" };
  let token = "";
  const events = await pageEvents(emulator, async () => {
    const begun = await begin(emulator, "/commands", run);
    token = begun.payload.token;
    await answer(emulator, begun, { type: 4, data: { content: "c" } });
    await byToken(emulator, begun, "POST", "", { content: "more" });
  });
  expect(token).not.toBe("");
  expect(events.find(({ t }) => t === "INTERACTION_CREATE")?.d).toMatchObject({ data: { name: "ack" } });
  expect(JSON.stringify(events)).not.toContain(token);
});

test("who clicks in a message that only they see is not heard of by others", async () => {
  await using emulator = await startEmulator();
  const first = await click(emulator);
  const data = { content: "only for alice", flags: 64, components: [row(button("more"))] };
  await answer(emulator, first, { type: 4, data });
  const { users } = emulator.description;
  const { id, channel_id } = (await byToken(emulator, first, "GET", "/messages/@original")).json;
  const press = { channel_id, message_id: id, user_id: users.alice.id, custom_id: "more" };
  const events = await pageEvents(emulator, () => begin(emulator, "/clicks", press));
  const telling = events.filter((event) => JSON.stringify(event).includes("only for alice"));
  expect(telling.map(({ t, viewer_id }) => [t, viewer_id])).toEqual([["INTERACTION_CREATE", users.alice.id]]);
});

test("the log of requests holds no token, wherever it stood", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  const { token } = begun.payload;
  const { api_url, control_url, channels } = emulator.description;
  await answer(emulator, begun, { type: 4, data: { content: `by ${token}` } });
  await byToken(emulator, begun, "GET", "/messages/%40original");
  await asBot(emulator, "POST", `/channels/${channels.alerts.id}/messages`, { content: token });
  await send("GET", `${api_url}/nothing/${token}`);
  await send("GET", `${api_url}/nothing/${token.replace("a", "%61")}`);
  await send("GET", `${api_url}/nothing?t=${token}`);
  const { text } = await send("GET", `${control_url}/requests`);
  // What follows the application's own id.
  expect(text).not.toContain(token.slice(-40));
});
