/** One person's decision for one action on one message. */
export interface ApprovalKeyParts {
  /** Discord's id of the message that was reacted to. */
  readonly messageId: string;
  /** Discord's id of the person. */
  readonly userId: string;
  /** The emoji as Discord names it: the character itself, or `name:id` for a custom one. */
  readonly emoji: string;
  /** Name of the action that the decision is about. */
  readonly action: string;
}

/**
 * The idempotency key of an approval. Different parts never give the same key, whatever characters they contain; one
 * person's second reaction with the same emoji gives the same key again.
 */
export function approvalKey({ messageId, userId, emoji, action }: ApprovalKeyParts): string {
  return JSON.stringify([messageId, userId, emoji, action]);
}
