import { type Transport, WEBHOOK_CAPABILITIES } from "@tocsin/discord-transport";

/** A Discord that answers at once, so that the figures are the engine's own. */
export interface InstantTransport extends Transport {
  /** Resolves when `count` more calls have been answered. */
  answered(count: number): Promise<void>;
}

export function createInstantTransport(): InstantTransport {
  let callCount = 0;
  let wanted = { count: Number.POSITIVE_INFINITY, resolve: () => {} };
  return {
    capabilities: WEBHOOK_CAPABILITIES,
    async execute() {
      callCount += 1;
      if (callCount >= wanted.count) wanted.resolve();
      return { kind: "delivered", value: { channelId: "1", messageId: String(callCount) } };
    },
    answered(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { count: callCount + count, resolve };
      return promise;
    },
    close: async () => {},
  };
}
