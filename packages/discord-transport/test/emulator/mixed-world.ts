import { type EmulatorProcess, startEmulatorProcess } from "@tocsin/discord-emulator/process";
import { createDiscordLimiter } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import {
  createBotTransport,
  createHttpPool,
  createWebhookTransport,
  type Transport,
  withRetry,
} from "../../src/index.ts";
import { TIMEOUT_MS } from "./fault-plan.ts";

/** The part of a transport that asks. */
export type Reader = Required<Pick<Transport, "findSent" | "fetchMessages" | "fetchReactions">>;

/** One channel and one way into it. */
export interface Place {
  readonly path: "bot" | "webhook";
  readonly isForum: boolean;
  readonly channelId: string;
  /** Repeats what may be repeated. */
  readonly transport: Transport;
  /** `null` for webhooks. */
  readonly reader: Reader | null;
}

/** A time that can jump, here and in the emulator. */
export interface SharedClock {
  now(): number;
  advance(ms: number): Promise<void>;
}

/** Many channels of an emulator in a process of its own, and transports into them that share connections and one limiter. */
export interface MixedWorld extends AsyncDisposable {
  readonly emulator: EmulatorProcess;
  readonly clock: SharedClock;
  readonly places: readonly Place[];
}

/** How many channels of each kind. */
export interface MixedWorldSize {
  readonly botTextCount: number;
  readonly botForumCount: number;
  readonly webhookTextCount: number;
  readonly webhookForumCount: number;
}

const TEXT = 0;
const FORUM = 15;
const CONNECTION_COUNT = 64;

export async function openMixedWorld(size: MixedWorldSize, seed: number): Promise<MixedWorld> {
  const resources = new AsyncDisposableStack();
  // Making the channels is not what is tested.
  const emulator = resources.use(await startEmulatorProcess({ limits: "off", seed }));
  const { api_url: apiUrl, bot_token: token, guild_id: guildId } = emulator.description;
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const limiter = resources.adopt(createDiscordLimiter({ driver: createMemoryLimitDriver(), now }), (it) => it.close());
  const dispatcher = resources.adopt(createHttpPool({ maxConnectionCount: CONNECTION_COUNT }), (it) => it.close());
  const options = { apiUrl, limiter, dispatcher, now, timeoutMs: TIMEOUT_MS };
  const places: Place[] = [];

  async function open(path: Place["path"], isForum: boolean): Promise<void> {
    const name = `${path} ${places.length}`;
    const channel = { name, type: isForum ? FORUM : TEXT };
    const { id: channelId } = (await emulator.asBot("POST", `/guilds/${guildId}/channels`, channel)) as { id: string };
    const plain =
      path === "bot"
        ? createBotTransport({ ...options, token, channelId, guildId, isForum })
        : createWebhookTransport({ ...options, url: await createWebhook(channelId) });
    const transport = resources.adopt(withRetry(plain, { now }), (it) => it.close());
    places.push({ path, isForum, channelId, transport, reader: readerOf(transport) });
  }

  async function createWebhook(channelId: string): Promise<string> {
    const webhook = await emulator.asBot("POST", `/channels/${channelId}/webhooks`, { name: "alerts" });
    const { id, token: secret } = webhook as { readonly id: string; readonly token: string };
    return `${apiUrl}/webhooks/${id}/${secret}`;
  }

  const openSome = async (count: number, path: Place["path"], isForum: boolean): Promise<void> => {
    for (let index = 0; index < count; index += 1) await open(path, isForum);
  };
  await openSome(size.botTextCount, "bot", false);
  await openSome(size.botForumCount, "bot", true);
  await openSome(size.webhookTextCount, "webhook", false);
  await openSome(size.webhookForumCount, "webhook", true);
  await emulator.setLimits("strict");
  return {
    emulator,
    places,
    clock: {
      now,
      async advance(ms) {
        await emulator.advance(ms);
        aheadMs += ms;
      },
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function readerOf({ findSent, fetchMessages, fetchReactions }: Transport): Reader | null {
  return findSent && fetchMessages && fetchReactions ? { findSent, fetchMessages, fetchReactions } : null;
}
