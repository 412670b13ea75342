import { refuseActiveThread, refuseReopening } from "../actions/archive-threads.ts";
import { startThread } from "../actions/start-thread.ts";
import type { World } from "../actions/world.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { type Call, callingWebhook } from "../http/call.ts";
import type { Draw } from "../limits/limiter.ts";
import { isSnowflake } from "../snowflake.ts";
import { isForum, isThread } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel, type Webhook } from "../state/objects.ts";
import { refuseTags } from "./forum-tags.ts";

/** Where a webhook's message goes. `open` makes the forum post when one is needed; the caller has a transaction open. */
export type WebhookTarget =
  | { readonly kind: "channel"; readonly channel: Channel }
  | { readonly kind: "new-post"; readonly open: () => Channel };

/** What the body says about a forum post. */
interface PostWish {
  readonly threadName: string | undefined;
  readonly appliedTagIds?: readonly string[];
}

/** Everything that the webhooks of a channel post counts together, posts in its threads among it. */
export function drawOnChannel(call: Call): readonly Draw[] {
  return [{ sublimit: "webhook.channel", major: callingWebhook(call).channel_id }];
}

/** Finds the channel of `?thread_id`, of a new forum post, or the webhook's own (docs: resources/webhook, "Execute Webhook"). */
export function findWebhookTarget({ world, query }: Call, webhook: Webhook, wish: PostWish): WebhookTarget | Refusal {
  const home = world.state.channels.get(webhook.channel_id);
  if (!home) return refuse(10015);
  const threadId = query.get("thread_id");
  const { threadName } = wish;
  if (isForum(home)) {
    if (threadId !== null && threadName !== undefined) return refuse(220002);
    if (threadId === null && threadName === undefined) return refuse(220001);
  } else if (threadName !== undefined) return refuse(220003);
  if (threadId !== null) return findThread(world, threadId, home);
  if (threadName === undefined) return { kind: "channel", channel: home };
  const refusal =
    refuseTags(home, wish.appliedTagIds ?? [], true) ??
    refuseActiveThread(world, home.guild_id, CHANNEL_TYPE.publicThread);
  if (refusal) return refusal;
  return {
    kind: "new-post",
    open: () =>
      startThread(world, {
        parent: home,
        name: threadName,
        ownerId: webhook.id,
        ...(wish.appliedTagIds ? { appliedTagIds: wish.appliedTagIds } : {}),
      }),
  };
}

/** A thread of the webhook's channel. Posting into an archived one reopens it, unless it is locked. */
function findThread(world: World, threadId: string, home: Channel): WebhookTarget | Refusal {
  if (!isSnowflake(threadId)) {
    const message = `Value "${threadId}" is not snowflake.`;
    return refuseForm([{ path: ["thread_id"], code: "NUMBER_TYPE_COERCE", message }]);
  }
  const thread = world.state.channels.get(threadId);
  if (!thread || !isThread(thread) || thread.parent_id !== home.id) return refuse(10003);
  if (thread.thread_metadata?.locked) return refuse(160005);
  return refuseReopening(world, thread) ?? { kind: "channel", channel: thread };
}
