import type { JsonObject } from "../json.ts";

/** Tells whether nothing of a message would be shown: Discord refuses such messages with 50006. */
export function isEmptyMessage(
  message: {
    readonly content?: string;
    readonly embeds?: readonly JsonObject[];
    readonly components?: readonly JsonObject[];
    readonly poll?: JsonObject;
  },
  attachmentCount: number,
): boolean {
  if (attachmentCount > 0 || message.poll) return false;
  const hasComponents = (message.components?.length ?? 0) > 0;
  return !message.content && (message.embeds?.length ?? 0) === 0 && !hasComponents;
}
