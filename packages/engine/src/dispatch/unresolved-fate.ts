import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation, ExecuteOptions, MessageRef, Transport } from "@tocsin/discord-transport";
import type { Send } from "@tocsin/queue";

/**
 * Discord compares nonces with those of "the past few minutes" (https://docs.discord.com/developers/resources/message); how
 * many is unpublished. Within this time a repeated nonce is surely known.
 */
const NONCE_KNOWN_MS = 60_000;

/** Ids of the messages that the ledger knows already. */
export type KnownMessages = (messageIds: readonly string[]) => Promise<ReadonlySet<string>>;

export interface FateOptions {
  readonly transport: Transport;
  readonly knownMessages: KnownMessages;
  readonly now: () => number;
  readonly execution: Omit<ExecuteOptions, "nonce">;
}

/**
 * What became of earlier attempts of a call.
 *
 * - `outcome`: that is the answer of the call now
 * - `repeat`: the call is to be made; `isSafe` says that it cannot make a second message
 */
export type Fate =
  | { readonly kind: "outcome"; readonly outcome: Outcome<MessageRef> }
  | { readonly kind: "repeat"; readonly isSafe: boolean };

/**
 * Finds out whether a sealed call whose answer was lost has been done: while Discord knows the nonce it decides itself; after
 * that the message is looked for in the channel. Where neither is possible the call is repeated, and may show twice.
 */
export async function findFate(
  send: Send,
  operation: DiscordOperation,
  { transport, knownMessages, now, execution }: FateOptions,
): Promise<Fate> {
  if (send.lostAnswerCount === 0 || operation.kind !== "send") return { kind: "repeat", isSafe: true };
  const ageMs = now() - send.sealedAt;
  // Discord takes no nonce with a forum post. A clock that was set back tells no age.
  const isNonceKnown = operation.threadName === undefined && ageMs >= 0 && ageMs < NONCE_KNOWN_MS;
  if (transport.capabilities.enforcesNonce && isNonceKnown) return { kind: "repeat", isSafe: true };
  if (transport.findSent === undefined) return { kind: "repeat", isSafe: false };
  const found = await transport.findSent({ operation, nonce: send.sendId, sentAfter: send.sealedAt }, execution);
  if (found.kind === "rejected") return { kind: "repeat", isSafe: false };
  // Asked again with the next attempt: limits and shutdowns of our own, and a server in trouble.
  if (found.kind !== "delivered") return { kind: "outcome", outcome: found };
  const known = await knownMessages(found.value.map(({ messageId }) => messageId));
  const own = found.value.find(({ messageId }) => !known.has(messageId));
  return own === undefined
    ? { kind: "repeat", isSafe: true }
    : { kind: "outcome", outcome: { kind: "delivered", value: own } };
}
