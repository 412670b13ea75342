import { type Call, namedChannel } from "../http/call.ts";
import type { Draw } from "../limits/limiter.ts";
import { isThread } from "../state/channels.ts";

/** What changing the channel of the path draws on: a new name or topic. Threads are not counted. */
export function drawOnRenames(call: Call): readonly Draw[] {
  const channel = namedChannel(call);
  if (!channel || isThread(channel)) return [];
  const { name, topic } = call.body;
  const isRenamed = (name !== undefined && name !== channel.name) || (topic !== undefined && topic !== channel.topic);
  return isRenamed ? [{ sublimit: "channel.rename", major: channel.id }] : [];
}
