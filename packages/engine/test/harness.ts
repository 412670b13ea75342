import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Alert, parseAlert } from "@tocsin/alert";
import type { Outcome } from "@tocsin/alert/plugin";
import {
  type DiscordOperation,
  type ExecuteOptions,
  type MessageRef,
  type Transport,
  WEBHOOK_CAPABILITIES,
} from "@tocsin/discord-transport";
import type { RetryPolicy } from "@tocsin/queue";
import { openSqliteStore, type Store } from "@tocsin/store";
import {
  type ConditionsOf,
  createEngine,
  type Engine,
  type EngineEvent,
  engineMigrations,
  type OrganizationConfig,
} from "../src/index.ts";

export interface Call {
  readonly operation: DiscordOperation;
  readonly options: ExecuteOptions;
}

export type Answer = (call: Call, index: number) => Outcome<MessageRef> | Promise<Outcome<MessageRef>>;

/** A transport that answers what the test says and remembers every call. */
export function scriptedTransport(
  answer: Answer = delivered,
  capabilities: Transport["capabilities"] = WEBHOOK_CAPABILITIES,
): Transport & { readonly calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    capabilities,
    execute: async (operation, options) => {
      calls.push({ operation, options });
      return answer({ operation, options }, calls.length - 1);
    },
    close: async () => {},
  };
}

const messageIdOf = (operation: DiscordOperation, index: number): string => {
  if (operation.kind === "send") return `${200000000000000000n + BigInt(index)}`;
  return operation.kind === "update-thread" ? operation.threadId : operation.messageId;
};

export const delivered: Answer = ({ operation }, index) => {
  const messageId = messageIdOf(operation, index);
  const opensPost = operation.kind === "send" && operation.threadName !== undefined;
  const opensThread = opensPost || operation.kind === "start-thread";
  const threadId = opensThread ? messageId : "threadId" in operation ? operation.threadId : undefined;
  const channelId = opensPost ? messageId : "100000000000000001";
  return { kind: "delivered", value: { channelId, messageId, ...(threadId === undefined ? {} : { threadId }) } };
};

export function alertOf(input: Record<string, unknown>): Alert {
  const parsed = parseAlert(input);
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.issues));
  return parsed.alert;
}

export interface Harness extends AsyncDisposable {
  readonly store: Store;
  readonly engine: Engine;
  readonly errors: unknown[];
  readonly events: EngineEvent[];
  /** Ends this engine as kill -9 would: nothing is released, nothing on the wire is waited for. Then opens another. */
  reopen(organization?: OrganizationConfig): Promise<Harness>;
}

export interface HarnessOptions {
  readonly organization: OrganizationConfig;
  /** More organisations beside `default`. */
  readonly others?: Readonly<Record<string, OrganizationConfig>>;
  /** Stands between the engine and its store. */
  readonly wrapStore?: (store: Store) => Store;
  readonly retry?: Partial<RetryPolicy>;
  readonly leaseMs?: number;
  readonly directory?: string;
  readonly conditionsOf?: ConditionsOf;
  /** Epoch milliseconds: a clock of the test's own. */
  readonly now?: () => number;
}

const FAST_RETRY = { baseMs: 5, maxMs: 20 };

/** An engine on a database file of its own. */
export async function openHarness(options: HarnessOptions): Promise<Harness> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "tocsin-engine-")));
  const store = await openSqliteStore({
    file: join(directory, "relay.sqlite"),
    migrations: engineMigrations,
  });
  const errors: unknown[] = [];
  const events: EngineEvent[] = [];
  const engine = createEngine({
    store: options.wrapStore?.(store) ?? store,
    organizations: { default: options.organization, ...options.others },
    retry: { ...FAST_RETRY, ...options.retry },
    probeMs: 20,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
    ...(options.conditionsOf === undefined ? {} : { conditionsOf: options.conditionsOf }),
    ...(options.now === undefined ? {} : { now: options.now }),
    onError: (error) => errors.push(error),
    onEvent: (event) => events.push(event),
  });
  return {
    store,
    engine,
    errors,
    events,
    async reopen(organization = options.organization) {
      // Closing the store under a running engine is the nearest to a crash within one process: its later writes fail.
      await store.close();
      void engine.stop(0);
      return openHarness({ ...options, organization, directory });
    },
    async [Symbol.asyncDispose]() {
      await engine.stop(0);
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The titles that calls show, without their icons: of every card of every message. */
export const shownTitles = (calls: readonly Call[]): readonly string[] =>
  calls.flatMap(({ operation }) =>
    "message" in operation ? (operation.message.embeds ?? []).map(({ title = "" }) => title.replace(/^\S+ /, "")) : [],
  );
