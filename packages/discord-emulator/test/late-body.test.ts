import { request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { answer, click, createClock } from "./interactions/support.ts";
import { asBot, startEmulator } from "./support.ts";

/** A little longer than an interaction is remembered. */
const MEMORY_MS = 60 * 60_000 + 1;

/** Posts a form whose rest follows after `meanwhile`. */
async function postSlowly(url: string, meanwhile: () => Promise<unknown>) {
  const headers = { "content-type": "multipart/form-data; boundary=B" };
  const sent = request(url, { method: "POST", headers });
  const answered = new Promise<{ status: number | undefined; code: number }>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", async (response) => {
      const { code } = JSON.parse(await text(response));
      resolve({ status: response.statusCode, code });
    });
  });
  const part = '--B\r\ncontent-disposition: form-data; name="payload_json"\r\n\r\n{"content":"c"';
  await new Promise((resolve) => sent.write(part, resolve));
  // What is asked later is answered when the post has begun.
  for (let count = 0; count < 3; count += 1) await (await fetch(url)).text();
  await meanwhile();
  sent.end(',"type":4,"data":{"content":"c"}}\r\n--B--\r\n');
  return answered;
}

test("an interaction that is forgotten while its answer arrives is unknown", async () => {
  const clock = createClock();
  await using emulator = await startEmulator({ now: clock.now });
  const { api_url } = emulator.description;
  const begun = await click(emulator);
  const { id, token } = begun.payload;
  const forget = async () => {
    clock.advance(MEMORY_MS);
    await click(emulator);
  };
  expect(await postSlowly(`${api_url}/interactions/${id}/${token}/callback`, forget)).toEqual({
    status: 404,
    code: 10062,
  });
});

test("a token that expires while a followup arrives is refused", async () => {
  const clock = createClock();
  await using emulator = await startEmulator({ now: clock.now });
  const { api_url, application_id } = emulator.description;
  const begun = await click(emulator);
  await answer(emulator, begun, { type: 5 });
  const expire = async () => clock.advance(15 * 60_000 + 1);
  expect(await postSlowly(`${api_url}/webhooks/${application_id}/${begun.payload.token}`, expire)).toEqual({
    status: 401,
    code: 50027,
  });
});

test("a webhook that is deleted while its message arrives is unknown", async () => {
  await using emulator = await startEmulator();
  const { channels } = emulator.description;
  const { json: webhook } = await asBot(emulator, "POST", `/channels/${channels.alerts.id}/webhooks`, { name: "w" });
  const remove = () => asBot(emulator, "DELETE", `/webhooks/${webhook.id}`);
  const { api_url } = emulator.description;
  expect(await postSlowly(`${api_url}/webhooks/${webhook.id}/${webhook.token}`, remove)).toEqual({
    status: 404,
    code: 10015,
  });
});
