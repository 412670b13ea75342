import type { Outcome } from "@tocsin/alert/plugin";
import {
  BOT_CAPABILITIES,
  type DiscordOperation,
  type LostSend,
  type MessageRef,
  type Transport,
  WEBHOOK_CAPABILITIES,
} from "@tocsin/discord-transport";
import type { Fault } from "./faults.ts";
import type { Caller, ModelChannel } from "./model-channel.ts";
import type { ModelMessage } from "./model-state.ts";
import { type Answer, refuse, toOutcome } from "./refusals.ts";

/** A process that calls Discord, until it is gone. */
export interface Process {
  isAlive: boolean;
}

/** One call that reached the transport. */
export interface ModelCall {
  readonly operation: DiscordOperation;
  readonly sendId: string;
  readonly at: number;
  readonly process: Process;
}

export interface ModelTransportOptions {
  readonly channel: ModelChannel;
  readonly caller: Caller;
  readonly process: Process;
  readonly now: () => number;
  /** Whether it knows Discord's limits beforehand, as one with a limiter does. */
  readonly hasLimiter: boolean;
  /** What goes wrong with the next call. */
  readonly takeFault: () => Fault;
  /** Told of every call, and free to do something meanwhile. */
  readonly onCall: (call: ModelCall, moment: "before" | "after") => Promise<void>;
  /** Told of what became of it. */
  readonly onAnswer: (call: ModelCall, answer: Answer<MessageRef>, made: ModelMessage | null) => void;
}

/** Differences between clocks that are allowed for. */
const CLOCK_DIFFERENCE_MS = 60_000;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const LOST: Outcome<never> = { kind: "unknown", reason: "answer-lost" };
const DOWN: Outcome<never> = { kind: "retryable", reason: "server-error" };

/** The way of one process into the model's channel. What goes wrong is decided call by call. */
export function createModelTransport(options: ModelTransportOptions): Transport {
  const { channel, caller, process, now, hasLimiter, takeFault, onCall, onAnswer } = options;

  /** Until when calls of a kind are limited, as the limiter has learned from answers. */
  const limitedUntil = new Map<DiscordOperation["kind"], number>();
  const waitMs = (kind: DiscordOperation["kind"]): number =>
    hasLimiter ? Math.max(channel.waitMs(kind), (limitedUntil.get(kind) ?? 0) - now(), 0) : 0;

  function perform(call: ModelCall): Answer<MessageRef> {
    const { operation, sendId } = call;
    channel.archiveIdle();
    const countBefore = channel.state.messages.length;
    const answer = answerTo(operation, sendId);
    const made = channel.state.messages.length > countBefore ? (channel.state.messages.at(-1) ?? null) : null;
    onAnswer(call, answer, made);
    if (answer.kind === "refused" && answer.scope === "shared") {
      limitedUntil.set(operation.kind, now() + (answer.retryAfterMs ?? 0));
    }
    return answer;
  }

  function answerTo(operation: DiscordOperation, sendId: string): Answer<MessageRef> {
    switch (operation.kind) {
      case "send":
        return channel.send(caller, operation, sendId);
      case "edit":
        return channel.edit(caller, operation, sendId);
      case "start-thread":
        return channel.startThread(caller, operation);
      case "update-thread":
        return channel.updateThread(caller, operation);
      default:
        return refuse(50024);
    }
  }

  async function execute(
    operation: DiscordOperation,
    { nonce: sendId, deadlineAt = Number.POSITIVE_INFINITY }: Parameters<Transport["execute"]>[1],
  ): Promise<Outcome<MessageRef>> {
    const retryAfterMs = waitMs(operation.kind);
    if (retryAfterMs > 0) return { kind: "retryable", reason: "deferred", retryAfterMs };
    const call: ModelCall = { operation, sendId, at: now(), process };
    await onCall(call, "before");
    // As the contract wants it: whoever was held up for longer than its lease begins nothing.
    if (now() >= deadlineAt) return { kind: "retryable", reason: "expired" };
    const fault = takeFault();
    if (!process.isAlive || fault.kind === "lost-before") return LOST;
    if (fault.kind === "throws-before") throw new Error("a bug of the transport");
    if (fault.kind === "down") return DOWN;
    if (fault.kind === "limited") {
      return toOutcome(refuse(40062, { retryAfterMs: fault.retryAfterMs, scope: "user" }));
    }
    const answer = perform(call);
    await onCall(call, "after");
    if (fault.kind === "slow") for (let turns = 0; turns < 6; turns++) await turn();
    if (process.isAlive && !fault.kind.endsWith("-after")) return toOutcome(answer);
    const made = answer.kind === "done" ? answer.value.messageId : null;
    for (const message of channel.state.messages) {
      if (message.id === made && message.sendId === sendId) message.isAnswerLost = true;
      if (message.id === made && message.editSendId === sendId) message.isEditAnswerLost = true;
    }
    if (fault.kind === "throws-after") throw new Error("a bug of the transport");
    return LOST;
  }

  async function findSent({ operation, sentAfter }: LostSend): Promise<Outcome<readonly MessageRef[]>> {
    if (takeFault().kind === "down") return DOWN;
    const { state } = channel;
    if (state.forbidden.has("read")) return { kind: "rejected", reason: "forbidden" };
    const isThere = operation.threadId === undefined || state.threads.get(operation.threadId)?.isDeleted === false;
    if (!isThere) return { kind: "rejected", reason: "target-gone" };
    const found = state.messages.filter(
      (message) => isSame(message, operation) && message.createdAt >= sentAfter - CLOCK_DIFFERENCE_MS,
    );
    return {
      kind: "delivered",
      value: found.map(({ id, threadId }) => ({
        channelId: threadId ?? "100000000000000001",
        messageId: id,
        ...(threadId === null ? {} : { threadId }),
      })),
    };
  }

  function isSame(message: ModelMessage, { message: body, threadId, threadName }: LostSend["operation"]): boolean {
    const thread = message.threadId === null ? undefined : channel.state.threads.get(message.threadId);
    const isHere =
      threadName === undefined
        ? message.threadId === (threadId ?? null)
        : message.id === message.threadId && thread?.isDeleted === false && thread.name === threadName;
    return (
      isHere &&
      !message.isDeleted &&
      message.authorId === caller.authorId &&
      JSON.stringify(message.body) === JSON.stringify(body)
    );
  }

  return {
    capabilities: caller.isBot ? { ...BOT_CAPABILITIES, startsThreads: !channel.state.isForum } : WEBHOOK_CAPABILITIES,
    execute,
    ...(caller.isBot ? { findSent } : {}),
    ...(hasLimiter
      ? {
          estimateWaits: async (operations: readonly DiscordOperation[]) => operations.map(({ kind }) => waitMs(kind)),
        }
      : {}),
    close: async () => {},
  };
}
