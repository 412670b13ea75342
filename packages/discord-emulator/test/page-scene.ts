import type { Browser, Locator } from "playwright-core";
import type { DiscordEmulator } from "../src/index.ts";
import { identify } from "./gateway/client.ts";
import { SOON_MS, type WatchedPage, watchPage } from "./page-support.ts";
import { asBot, send, startEmulator } from "./support.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every shape.
type Anything = any;
type ChannelName = "alerts" | "critical" | "forum";

/** What the bot answers an interaction with: Discord's callback, or null for silence. */
export type Answering = (interaction: Anything) => object | null;

/** An emulator, its page in a browser, and a bot that answers by REST whatever people do. */
export interface Scene extends WatchedPage, AsyncDisposable {
  readonly emulator: DiscordEmulator;
  /** What reached the bot, oldest first. */
  readonly received: readonly Anything[];
  open(channel?: ChannelName): Promise<void>;
  /** Chooses whom the page acts as. */
  actAs(name: string): Promise<void>;
  /** A message of the bot. */
  post(body: object, channel?: ChannelName): Promise<Anything>;
  /** Calls Discord's API as the bot. */
  bot(method: string, path: string, body?: object): Promise<Anything>;
  shown(id: string): Locator;
  readonly composer: Locator;
}

/** Opens nothing yet; the page is alice's unless told otherwise. */
export async function createScene(
  browser: Browser,
  answering: Answering = () => null,
  viewport = { width: 1280, height: 800 },
): Promise<Scene> {
  const emulator = await startEmulator();
  const watched = await watchPage(browser, viewport);
  const { page } = watched;
  const { received, stop } = await listenAsBot(emulator, answering);

  async function bot(method: string, path: string, body?: object): Promise<Anything> {
    const answer = await asBot(emulator, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  }

  return {
    ...watched,
    emulator,
    received,
    bot,
    composer: page.getByRole("textbox", { name: /^Message / }),
    shown: (id) => page.locator(`[data-message-id="${id}"]`),
    post: (body, channel = "alerts") =>
      bot("POST", `/channels/${emulator.description.channels[channel].id}/messages`, body),
    async open(channel = "alerts") {
      await page.goto(`${emulator.url}/#/channels/${emulator.description.channels[channel].id}`);
      await page.getByRole("status").getByText("Live").waitFor();
      await page.locator(channel === "forum" ? ".forum" : "[role=log][aria-busy=false]").waitFor();
    },
    async actAs(name) {
      await page.getByRole("combobox", { name: "Acting as" }).selectOption({ label: name });
      await page.getByRole("textbox", { name: `as ${name}` }).waitFor({ timeout: SOON_MS });
      await page.locator("[role=log][aria-busy=false]").waitFor();
    },
    async [Symbol.asyncDispose]() {
      stop();
      await page.close();
      await emulator.close();
    },
  };
}

/** Connects to the gateway and answers each interaction. */
async function listenAsBot(emulator: DiscordEmulator, answering: Answering) {
  const received: Anything[] = [];
  const client = await identify(emulator);
  let isStopped = false;

  async function listen(): Promise<void> {
    for (;;) {
      const { d } = await client.next("INTERACTION_CREATE");
      received.push(d);
      const answer = answering(d);
      const url = `${emulator.description.api_url}/v10/interactions/${d.id}/${d.token}/callback`;
      if (answer) await send("POST", url, answer);
    }
  }
  const listening = listen().catch((error: unknown) => {
    if (!isStopped) throw error;
  });
  return {
    received,
    stop() {
      isStopped = true;
      client.drop();
      return listening;
    },
  };
}

/** A row of components. */
export const row = (...components: object[]): object => ({ type: 1, components });
/** A button that sends an interaction. */
export const button = (label: string, more: object = {}): object => ({
  type: 2,
  style: 1,
  label,
  custom_id: label.toLowerCase(),
  ...more,
});
