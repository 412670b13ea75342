import type { DiscordEmulator } from "../../src/index.ts";
import { eventsDuring, type StreamedEvent } from "../events.ts";
import { identify, type RawClient } from "../gateway/client.ts";
import { type Answered, asBot, control, send } from "../support.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every shape.
export type Anything = any;

/** What somebody did: the interaction as the control API shows it, and as its application got it. */
export interface Begun {
  readonly view: Anything;
  readonly payload: Anything;
}

/** A row of components. */
export const row = (...components: object[]) => ({ type: 1, components });
/** A button that sends an interaction. */
export const button = (customId: string, more: object = {}) => ({
  type: 2,
  style: 1,
  label: "OK",
  custom_id: customId,
  ...more,
});

/** A message of the bot with components, in `alerts`. */
export async function postComponents(emulator: DiscordEmulator, ...components: object[]): Promise<Anything> {
  const { alerts } = emulator.description.channels;
  const sent = await asBot(emulator, "POST", `/channels/${alerts.id}/messages`, { content: "c", components });
  if (sent.status !== 200) throw new Error(sent.text);
  return sent.json;
}

const clients = new WeakMap<DiscordEmulator, RawClient>();

/** The seeded application's connection to the gateway: there alone its interactions come with their tokens. */
async function applicationOf(emulator: DiscordEmulator): Promise<RawClient> {
  const known = clients.get(emulator);
  if (known?.socket.readyState === WebSocket.OPEN) return known;
  const client = await identify(emulator);
  clients.set(emulator, client);
  return client;
}

const END = "the last event of this act";

/** Does something by the control API. `payload`: the INTERACTION_CREATE that came of it, if one did. */
export async function begin(emulator: DiscordEmulator, path: string, body: object): Promise<Begun> {
  const client = await applicationOf(emulator);
  const heardCount = client.frames.length;
  const view = await control(emulator, "POST", path, body);
  const { channels, users } = emulator.description;
  const place = { channel_id: channels.critical.id, user_id: users.bob.id };
  await control(emulator, "POST", "/messages", { ...place, content: END });
  while ((await client.next("MESSAGE_CREATE")).d.content !== END);
  const payload = client.frames.slice(heardCount).find(({ t }) => t === "INTERACTION_CREATE")?.d;
  return { view, payload };
}

/** Does something that waits for its answer, and returns what its application got meanwhile. */
export async function beginWaiting(emulator: DiscordEmulator, act: () => unknown): Promise<Begun> {
  const client = await applicationOf(emulator);
  act();
  return { view: undefined, payload: (await client.next("INTERACTION_CREATE")).d };
}

/** Alice presses the button `ok`, or another one, of a new message. */
export async function click(emulator: DiscordEmulator, more: object = {}): Promise<Begun> {
  const message = await postComponents(emulator, row(button("ok")));
  const { channels, users } = emulator.description;
  return begin(emulator, "/clicks", {
    channel_id: channels.alerts.id,
    message_id: message.id,
    user_id: users.alice.id,
    custom_id: "ok",
    ...more,
  });
}

/** Registers a global command. */
export async function register(emulator: DiscordEmulator, command: object): Promise<Anything> {
  const { application_id } = emulator.description;
  const created = await asBot(emulator, "POST", `/applications/${application_id}/commands`, command);
  if (created.status >= 300) throw new Error(created.text);
  return created.json;
}

/** Alice runs a command in `alerts`. */
export function runCommand(emulator: DiscordEmulator, name: string, more: object = {}): Promise<Begun> {
  const { channels, users } = emulator.description;
  return begin(emulator, "/commands", { channel_id: channels.alerts.id, user_id: users.alice.id, name, ...more });
}

/** Answers an interaction for the first time. */
export function answer(emulator: DiscordEmulator, { payload }: Begun, body: unknown, query = ""): Promise<Answered> {
  const { api_url } = emulator.description;
  return send("POST", `${api_url}/v10/interactions/${payload.id}/${payload.token}/callback${query}`, body);
}

/** Uses the token of an interaction: `path` below the webhook's. */
export function byToken(
  emulator: DiscordEmulator,
  { payload }: Begun,
  method: string,
  path = "",
  body?: unknown,
): Promise<Answered> {
  const { api_url } = emulator.description;
  return send(method, `${api_url}/v10/webhooks/${payload.application_id}/${payload.token}${path}`, body);
}

/** What the page of a user hears while `act` runs. */
export async function pageEvents(
  emulator: DiscordEmulator,
  act: () => Promise<unknown>,
): Promise<(StreamedEvent & { readonly viewer_id?: string })[]> {
  return eventsDuring(emulator, act);
}

/** A clock that only tests move. */
export function createClock(): { readonly now: () => number; advance(ms: number): void } {
  let at = Date.UTC(2026, 0, 1);
  return {
    now: () => at,
    advance(ms) {
      at += ms;
    },
  };
}
