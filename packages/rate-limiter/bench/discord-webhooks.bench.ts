/** Many webhooks at once, each in a channel of its own: how long all of it takes, beside the least that the limits allow. */
import { REST } from "@discordjs/rest";
import { createDiscordLimiter, toDiscordRoute } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { isQuickBench, reportRow } from "@tocsin/testkit";
import { type BenchDiscord, farFetch, startDiscord } from "./bench-processes.ts";

const WEBHOOK_COUNT = 20;
const MESSAGE_COUNT = isQuickBench() ? 12 : 200;
const ROUND_TRIP_MS = 100;
const fetchFromFar = farFetch(ROUND_TRIP_MS);
/** The emulator's rules: 5 in 2 s for a webhook, 30 in 60 s for its channel, tokens coming back one by one; 50 a second in all. */
const LEAST_MS =
  Math.max(
    (MESSAGE_COUNT - 5) * 400,
    (MESSAGE_COUNT - 30) * 2_000,
    Math.floor((WEBHOOK_COUNT * MESSAGE_COUNT - 1) / 50) * 1_000,
  ) + ROUND_TRIP_MS;

interface Webhook {
  readonly id: string;
  readonly token: string;
  readonly channel_id: string;
}

async function createWebhooks({ description }: BenchDiscord): Promise<readonly Webhook[]> {
  const rest = new REST({ api: description.api_url, version: "10" }).setToken(description.bot_token);
  const webhooks: Webhook[] = [];
  for (let index = 0; index < WEBHOOK_COUNT; index += 1) {
    const body = { name: `bench-${index}` };
    const channel = (await rest.post(`/guilds/${description.guild_id}/channels`, { body })) as { readonly id: string };
    webhooks.push((await rest.post(`/channels/${channel.id}/webhooks`, { body })) as Webhook);
  }
  return webhooks;
}

/** Posts one message. Resolves when it has arrived. */
type Post = (webhook: Webhook) => Promise<void>;
const body = { content: "disk almost full" };

function postByTocsin({ description }: BenchDiscord): Post {
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  return async ({ id, token, channel_id: channelId }) => {
    const path = `/webhooks/${id}/${token}`;
    for (;;) {
      const permit = await limiter.acquire(toDiscordRoute("POST", path, { channelId }));
      if (permit.kind === "refused") throw new Error(permit.reason);
      const response = await fetchFromFar(`${description.api_url}/v10${path}?wait=true`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const headers = Object.fromEntries(response.headers);
      await permit.settle({ kind: "answered", status: response.status, headers, body: await response.text() });
      if (response.ok) return;
    }
  };
}

function postByRest({ description }: BenchDiscord): Post {
  const makeRequest = fetchFromFar as unknown as REST["options"]["makeRequest"];
  const rest = new REST({ api: description.api_url, version: "10", makeRequest });
  return async ({ id, token }) => {
    await rest.post(`/webhooks/${id}/${token}`, { auth: false, body, query: new URLSearchParams({ wait: "true" }) });
  };
}

async function run(candidate: string, open: (discord: BenchDiscord) => Post): Promise<void> {
  using discord = await startDiscord(ROUND_TRIP_MS);
  const webhooks = await createWebhooks(discord);
  const post = open(discord);
  const before = await discord.rateLimited();
  const startedAt = performance.now();
  await Promise.all(webhooks.flatMap((webhook) => Array.from({ length: MESSAGE_COUNT }, () => post(webhook))));
  const takenMs = performance.now() - startedAt;
  const after = await discord.rateLimited();
  const limited = Object.entries(after).map(([scope, count]) => `${count - (before[scope] ?? 0)} ${scope}`);
  report(candidate, takenMs, `429: ${limited.join(", ")}`);
}

function report(candidate: string, takenMs: number, note: string): void {
  reportRow({
    bench: "Discord limiter",
    case: `${WEBHOOK_COUNT} webhooks × ${MESSAGE_COUNT} messages, ${ROUND_TRIP_MS} ms round trip`,
    candidate,
    value: takenMs / 1_000,
    unit: "s",
    baseline: "least",
    note,
  });
}

report("least", LEAST_MS, "what the limits allow");
await Promise.all([run("tocsin", postByTocsin), run("@discordjs/rest", postByRest)]);
process.exit(0);
