import { type DiscordEmulator, startDiscordEmulator } from "@tocsin/discord-emulator";
import { createBotTransport, createWebhookTransport, type Transport } from "../src/index.ts";
import type { FarMessage, FarThread, TransportHarness, TransportWorld } from "../src/testing/index.ts";
import { startFaultProxy } from "./fault-proxy.ts";

/** A message as Discord's REST answers it, as far as the contract looks. */
interface ApiMessage {
  readonly id: string;
  readonly type: number;
  readonly content: string;
  readonly embeds: readonly { readonly title?: string }[];
  readonly components: readonly unknown[];
  readonly mentions: readonly { readonly id: string }[];
  readonly mention_roles: readonly string[];
  readonly mention_everyone: boolean;
  readonly flags: number;
  readonly message_reference?: { readonly message_id?: string };
  readonly attachments: readonly { readonly filename: string; readonly url: string }[];
  readonly reactions?: readonly { readonly emoji: { readonly name: string }; readonly count: number }[];
}

interface ApiThread {
  readonly name: string;
  readonly thread_metadata: { readonly archived: boolean; readonly locked: boolean };
}

/** Transports to the channels of one emulator, through the proxy that spoils requests. */
interface Connections {
  readonly transport: Transport;
  readonly impatientTransport: Transport;
  readonly forumTransport: Transport;
  readonly secrets: readonly string[];
}

/** A message that somebody wrote, or an answer to one; not what Discord says of threads. */
const ORDINARY_TYPES: ReadonlySet<number> = new Set([0, 19]);
const IMPATIENT_MS = 300;
const PATIENT_MS = 10_000;

/** The secret part of a webhook's address. */
const tokenOf = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

const WEBHOOK_CAPABILITIES = {
  enforcesNonce: false,
  edits: true,
  replies: false,
  startsThreads: false,
  managesThreads: false,
  reacts: false,
  reads: false,
  interacts: false,
};

const BOT_CAPABILITIES = {
  enforcesNonce: true,
  edits: true,
  replies: true,
  startsThreads: true,
  managesThreads: true,
  reacts: true,
  reads: true,
  interacts: true,
};

/** Webhook transports through a proxy that can spoil requests, to an emulator of their own. */
export const webhookHarness: TransportHarness = {
  capabilities: WEBHOOK_CAPABILITIES,
  opensForumPosts: true,
  connect: connectWebhookWorld,
};

/** The same with transports of the bot. */
export const botHarness: TransportHarness = {
  capabilities: BOT_CAPABILITIES,
  opensForumPosts: true,
  connect: connectBotWorld,
};

function connectWebhookWorld(): Promise<TransportWorld> {
  return connectWorld(({ url: emulatorUrl, description }, origin) => {
    const { alerts, forum } = description.channels;
    const connect = (url: string, timeoutMs = PATIENT_MS) =>
      createWebhookTransport({ url: url.replace(emulatorUrl, origin), timeoutMs });
    return {
      transport: connect(alerts.webhook_url),
      impatientTransport: connect(alerts.webhook_url, IMPATIENT_MS),
      forumTransport: connect(forum.webhook_url),
      secrets: [tokenOf(alerts.webhook_url), tokenOf(forum.webhook_url)],
    };
  });
}

function connectBotWorld(): Promise<TransportWorld> {
  return connectWorld(({ description }, origin) => {
    const { bot_token: token, channels } = description;
    const options = { token, apiUrl: `${origin}/api`, channelId: channels.alerts.id, timeoutMs: PATIENT_MS };
    return {
      transport: createBotTransport(options),
      impatientTransport: createBotTransport({ ...options, timeoutMs: IMPATIENT_MS }),
      forumTransport: createBotTransport({ ...options, channelId: channels.forum.id, isForum: true }),
      secrets: [token],
    };
  });
}

async function connectWorld(open: (emulator: DiscordEmulator, origin: string) => Connections): Promise<TransportWorld> {
  const emulator = await startDiscordEmulator({ limits: "off" });
  const proxy = await startFaultProxy(emulator.url);
  const { channels, users } = emulator.description;
  const { alerts } = channels;
  const connections = open(emulator, proxy.origin);
  const role = (await control(emulator, "/roles", { name: "on call", mentionable: true })) as { id: string };
  const { transport, impatientTransport, forumTransport } = connections;
  return {
    ...connections,
    channelId: alerts.id,
    startThread: async () => {
      const body = { name: "incident", type: 11 };
      return ((await callAsBot(emulator, "POST", `/channels/${alerts.id}/threads`, body)) as { id: string }).id;
    },
    archive: async (threadId) => {
      await callAsBot(emulator, "PATCH", `/channels/${threadId}`, { archived: true });
    },
    thread: async (threadId) => toFarThread((await callAsBot(emulator, "GET", `/channels/${threadId}`)) as ApiThread),
    userId: users.alice.id,
    roleId: role.id,
    say: async (content) => {
      const message = { channel_id: alerts.id, user_id: users.alice.id, content };
      return ((await control(emulator, "/messages", message)) as ApiMessage).id;
    },
    react: async (messageId, emoji) => {
      const ids = [users.mallory.id, users.alice.id, users.bob.id];
      const place = { channel_id: alerts.id, message_id: messageId, emoji, op: "add" };
      for (const userId of ids) await control(emulator, "/reactions", { ...place, user_id: userId });
      return ids;
    },
    messages: (channelId) => listMessages(emulator, channelId),
    requestCount: proxy.requestCount,
    spoilNext: proxy.spoilNext,
    goDown: proxy.close,
    async [Symbol.asyncDispose]() {
      await Promise.all([transport, impatientTransport, forumTransport].map((each) => each.close()));
      await proxy.close();
      await emulator.close();
    },
  };
}

async function listMessages(emulator: DiscordEmulator, channelId: string): Promise<readonly FarMessage[]> {
  const messages = (await control(emulator, `/channels/${channelId}/messages?limit=100`)) as readonly ApiMessage[];
  return Promise.all(
    messages
      .filter(({ type }) => ORDINARY_TYPES.has(type))
      .toReversed()
      .map(toFarMessage),
  );
}

async function toFarMessage(message: ApiMessage): Promise<FarMessage> {
  const { id, content, embeds, components, mentions, attachments, flags, reactions = [] } = message;
  return {
    id,
    content,
    embedTitles: embeds.map(({ title = "" }) => title),
    componentCount: components.length,
    mentionedUserIds: mentions.map((user) => user.id),
    mentionedRoleIds: message.mention_roles,
    mentionsEveryone: message.mention_everyone,
    repliesTo: message.message_reference?.message_id,
    flags,
    files: await Promise.all(
      attachments.map(async ({ filename, url }) => ({ name: filename, bytes: await (await fetch(url)).bytes() })),
    ),
    reactionCounts: Object.fromEntries(reactions.map(({ emoji, count }) => [emoji.name, count])),
  };
}

function toFarThread({ name, thread_metadata: { archived, locked } }: ApiThread): FarThread {
  return { name, isArchived: archived, isLocked: locked };
}

/** What only a person can do, and what nobody's rights hide. Reads without a body. */
async function control({ description }: DiscordEmulator, path: string, body?: object): Promise<unknown> {
  const init = body && { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) };
  return readJson(await fetch(description.control_url + path, init), path);
}

async function callAsBot(emulator: DiscordEmulator, method: string, path: string, body?: object): Promise<unknown> {
  const { bot_token: token, api_url: apiUrl } = emulator.description;
  const headers = { ...JSON_TYPE, authorization: `Bot ${token}` };
  const response = await fetch(`${apiUrl}/v10${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return readJson(response, path);
}

const JSON_TYPE = { "content-type": "application/json" };

async function readJson(response: Response, path: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
