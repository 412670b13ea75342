import type { Outcome } from "@tocsin/alert/plugin";
import type { ImpossibleRequest, RequestBody, RequestPlace } from "./discord-request.ts";
import { misuse } from "./errors.ts";
import { estimateWaits } from "./limited-exchange.ts";
import { toOutcome } from "./outcome.ts";
import { type Credentials, createRequestExecutor, type Errand, type RequestExecutor } from "./request-executor.ts";
import type { DiscordOperation, MessageRef, Transport } from "./transport.ts";
import type { TransportOptions } from "./transport-options.ts";

/** How one kind of credential writes operations as requests. */
export interface Dialect extends Credentials {
  readonly placeOf: (operation: DiscordOperation) => RequestPlace | ImpossibleRequest;
  /** May throw what `JSON.stringify` throws. */
  readonly bodyOf: (operation: DiscordOperation, nonce: string) => RequestBody;
  /** See {@link Errand}. */
  readonly channelIdOf?: (operation: DiscordOperation, outcome: Outcome<MessageRef>) => string | undefined;
}

/** The part of a transport that changes things, and the executor for what reads. */
export interface OperationRunner extends Pick<Transport, "execute" | "estimateWaits" | "close"> {
  readonly executor: RequestExecutor;
}

/** https://docs.discord.com/developers/resources/message: the same limit for every transport, so that sends can change theirs. */
const MAX_NONCE_LENGTH = 25;

/** Creates what executes operations in a dialect. Throws `TRANSPORT_OPTION_INVALID`. */
export function createOperationRunner(dialect: Dialect, options: TransportOptions): OperationRunner {
  const executor = createRequestExecutor(dialect, options);
  const { limiter } = options;
  return {
    executor,
    execute: (operation, executeOptions) =>
      executor.whileOpen(async () => {
        const { nonce } = executeOptions;
        checkNonce(nonce);
        const place = dialect.placeOf(operation);
        if (place.kind === "impossible") return { kind: "rejected", reason: place.reason, details: place.details };
        const errand: Errand<MessageRef> = {
          place,
          body: bodyOf(dialect, operation, nonce),
          judge: (result, context) => toOutcome(operation, place, result, context),
          channelIdOf: (outcome) => dialect.channelIdOf?.(operation, outcome),
        };
        return executor.run(errand, executeOptions);
      }),
    ...(limiter && {
      estimateWaits: (operations, { priority = "normal" } = {}) => {
        const routes = operations.map((operation) => {
          const place = dialect.placeOf(operation);
          return place.kind === "place" ? dialect.routeOf(place) : undefined;
        });
        return estimateWaits(limiter, routes, priority);
      },
    }),
    close: executor.close,
  };
}

function checkNonce(nonce: string): void {
  if (typeof nonce !== "string" || nonce === "" || nonce.length > MAX_NONCE_LENGTH) {
    throw misuse("TRANSPORT_NONCE_INVALID", `a nonce must have 1 to ${MAX_NONCE_LENGTH} characters`);
  }
}

function bodyOf(dialect: Dialect, operation: DiscordOperation, nonce: string): RequestBody {
  try {
    return dialect.bodyOf(operation, nonce);
  } catch (cause) {
    throw misuse("TRANSPORT_MESSAGE_INVALID", "the message is not JSON", cause);
  }
}
