import { type DiscordEmulator, startDiscordEmulator } from "@tocsin/discord-emulator";
import { createWebhookTransport } from "../src/index.ts";
import type { FarMessage, TransportWorld } from "../src/testing/index.ts";
import { startFaultProxy } from "./fault-proxy.ts";

/** A message as Discord's REST answers it, as far as the contract looks. */
interface ApiMessage {
  readonly id: string;
  readonly type: number;
  readonly content: string;
  readonly embeds: readonly { readonly title?: string }[];
  readonly components: readonly unknown[];
  readonly mentions: readonly { readonly id: string }[];
  readonly mention_everyone: boolean;
}

/** The secret part of a webhook's address. */
const tokenOf = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

/** Starts an emulator of its own, a proxy that can spoil requests, and webhook transports that go through it. */
export async function connectWebhookWorld(): Promise<TransportWorld> {
  const emulator = await startDiscordEmulator();
  const proxy = await startFaultProxy(emulator.url);
  const { channels, users } = emulator.description;
  const connect = (url: string, timeoutMs = 10_000) =>
    createWebhookTransport({ url: url.replace(emulator.url, proxy.origin), timeoutMs });
  const transport = connect(channels.alerts.webhook_url);
  const impatientTransport = connect(channels.alerts.webhook_url, 300);
  const forumTransport = connect(channels.forum.webhook_url);
  return {
    transport,
    impatientTransport,
    forumTransport,
    channelId: channels.alerts.id,
    startThread: () => startThread(emulator, channels.alerts.id),
    userId: users.alice.id,
    secrets: [tokenOf(channels.alerts.webhook_url), tokenOf(channels.forum.webhook_url)],
    messages: (channelId) => listMessages(emulator, channelId),
    requestCount: proxy.requestCount,
    spoilNext: proxy.spoilNext,
    goDown: proxy.close,
    async [Symbol.asyncDispose]() {
      await Promise.all([transport, impatientTransport, forumTransport].map((open) => open.close()));
      await proxy.close();
      await emulator.close();
    },
  };
}

async function startThread(emulator: DiscordEmulator, channelId: string): Promise<string> {
  const body = JSON.stringify({ name: "incident", type: 11 });
  const thread = (await callAsBot(emulator, `/channels/${channelId}/threads`, { method: "POST", body })) as {
    id: string;
  };
  return thread.id;
}

async function listMessages(emulator: DiscordEmulator, channelId: string): Promise<readonly FarMessage[]> {
  const response = await fetch(`${emulator.description.control_url}/channels/${channelId}/messages?limit=100`);
  if (!response.ok) throw new Error(`messages of the emulator: ${response.status} ${await response.text()}`);
  const messages = (await response.json()) as readonly ApiMessage[];
  return messages
    .filter(({ type }) => type === 0)
    .toReversed()
    .map(({ id, content, embeds, components, mentions, mention_everyone }) => ({
      id,
      content,
      embedTitles: embeds.map(({ title = "" }) => title),
      componentCount: components.length,
      mentionedUserIds: mentions.map((user) => user.id),
      mentionsEveryone: mention_everyone,
    }));
}

async function callAsBot({ description }: DiscordEmulator, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { authorization: `Bot ${description.bot_token}`, "content-type": "application/json" };
  const response = await fetch(`${description.api_url}/v10${path}`, { ...init, headers });
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}
