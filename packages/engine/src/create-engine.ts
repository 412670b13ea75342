import { isTocsinError, TocsinError } from "@tocsin/errors";
import { createSqlStore } from "@tocsin/idempotency/drivers/sql";
import {
  createDeliveryLog,
  createInProcessScheduler,
  type LaneRef,
  type LaneScheduler,
  type RetryPolicy,
  type RunningScheduler,
} from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { acceptAlert } from "./accept/accept-alert.ts";
import { findAlert, listAlerts } from "./alerts/alert-rows.ts";
import { describeNotifications } from "./alerts/notifications.ts";
import type { ConditionsOf } from "./dispatch/conditions-now.ts";
import { createDrain } from "./dispatch/drain-lane.ts";
import { guardDeadTarget } from "./dispatch/guard-dead-target.ts";
import { createLaneMemory } from "./dispatch/lane-memory.ts";
import type { Engine, EngineEvent, OrganizationEngine } from "./engine.ts";
import { createKeyRing } from "./keys/key-ring.ts";
import { entriesOfSubject } from "./ledger/ledger.ts";
import { PRIORITY } from "./priority.ts";
import { type LaneView, laneViewOf } from "./routing/lane-view.ts";
import { findUnknownChannel, knownChannels, type OrganizationConfig } from "./routing/routing.ts";
import { inSpan } from "./telemetry.ts";

/** What a scheduler needs of the engine. */
export interface SchedulerContext {
  /** Lanes that owe something now. */
  readonly probe: (maxCount: number) => Promise<readonly LaneRef[]>;
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
}

export interface EngineOptions {
  /** Opened with `engineMigrations`. The caller closes it after `stop`. */
  readonly store: Store;
  /** Each organisation's destinations and routes. */
  readonly organizations: Readonly<Record<string, OrganizationConfig>>;
  readonly retry?: Partial<RetryPolicy>;
  /** Decides which lane is drained next: hints only. @default one for this process */
  readonly scheduler?: (context: SchedulerContext) => LaneScheduler;
  /** Most lanes drained at the same time. Lanes mostly wait, for Discord and its limits. @default 32 */
  readonly concurrency?: number;
  /** How often the log is asked for lanes that owe something. @default 1_000 */
  readonly probeMs?: number;
  /** How long a lane is held at most without news; above the transports' time limit. @default 30_000 */
  readonly leaseMs?: number;
  /** Told of failures while delivering, the store's mostly. What was to be done is tried again. What it throws is dropped. @default nothing */
  readonly onError?: (error: unknown) => void;
  /** Told of dead letters, pauses and what was left undone. What it throws goes to `onError`. @default nothing */
  readonly onEvent?: (event: EngineEvent) => void;
  /**
   * Which of some alerts are silenced or muted, and until when; asked whenever they are planned. Until then nothing new is
   * said about them; what is shown is still edited, of which Discord notifies nobody. An alert that is over by then is not
   * shown at all. Without an answer within 5 s, or with an error, none is. @default none is
   */
  readonly conditionsOf?: ConditionsOf;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

const PRUNE_MS = 60 * 60 * 1000;
/** Small enough that nobody waits noticeably behind it. */
const PRUNE_MAX_COUNT = 1_000;

/** A listener of the caller's, which must not break what it listens to. */
function safely<T>(
  listener: ((value: T) => void) | undefined,
  onFailure: (error: unknown) => void,
): (value: T) => void {
  return (value) => {
    try {
      listener?.(value);
    } catch (error) {
      onFailure(error);
    }
  };
}

function guardTargets(organizations: EngineOptions["organizations"]): EngineOptions["organizations"] {
  return Object.fromEntries(
    Object.entries(organizations).map(([organizationId, config]) => [
      organizationId,
      {
        ...config,
        destinations: Object.fromEntries(
          Object.entries(config.destinations).map(([name, destination]) => [
            name,
            { ...destination, transport: guardDeadTarget(destination.transport) },
          ]),
        ),
      },
    ]),
  );
}

const noConditions: ConditionsOf = async () => new Map();

/** Makes each lane's view once: configurations do not change. */
function createLaneViews(organizations: EngineOptions["organizations"]): (lane: LaneRef) => LaneView | undefined {
  const views = new Map<string, LaneView | undefined>();
  return ({ organizationId, laneId }) => {
    const key = JSON.stringify([organizationId, laneId]);
    if (!views.has(key)) {
      const config = Object.hasOwn(organizations, organizationId) ? organizations[organizationId] : undefined;
      views.set(key, laneViewOf(config, laneId));
    }
    return views.get(key);
  };
}

/**
 * Composes the engine on a store. Nothing is delivered before `start`.
 *
 * Throws `ENGINE_UNKNOWN_ORGANIZATION` from `forOrganization` for an id that is not configured.
 */
export function createEngine(options: EngineOptions): Engine {
  const { store, concurrency = 32, probeMs = 1_000, leaseMs = 30_000, now = Date.now } = options;
  const onError = safely(options.onError, () => {});
  const onEvent = safely(options.onEvent, onError);
  const organizations = guardTargets(options.organizations);
  const log = createDeliveryLog({ store, now, ...(options.retry === undefined ? {} : { retry: options.retry }) });
  const keys = createSqlStore({ database: store, now });
  const createScheduler = options.scheduler ?? createInProcessScheduler;
  const scheduler = createScheduler({ probe: log.dueLanes, onError, now });
  const hardStop = new AbortController();
  const drain = createDrain({
    store,
    log,
    now,
    leaseMs,
    onEvent,
    onError,
    hardStop: hardStop.signal,
    memory: createLaneMemory(),
    conditionsOf: options.conditionsOf ?? noConditions,
    laneViewOf: createLaneViews(organizations),
  });
  let running: RunningScheduler | null = null;
  let pruning: NodeJS.Timeout | null = null;
  let stopping: Promise<void> | null = null;

  async function prune(): Promise<void> {
    try {
      while (stopping === null) {
        const count = await keys.prune({ maxCount: PRUNE_MAX_COUNT });
        if (count < PRUNE_MAX_COUNT) return;
      }
    } catch (error) {
      // A store that is away will be pruned another time; whoever needs it says so.
      if (!isTocsinError(error) || !error.retryable) onError(error);
    }
  }

  function createHandle(organizationId: string, config: OrganizationConfig): OrganizationEngine {
    return {
      organizationId,
      accept: (alert, { idempotencyKey } = {}) =>
        inSpan("tocsin.accept", { attributes: { "tocsin.severity": alert.severity } }, async () => {
          const channel = findUnknownChannel(alert, config);
          if (channel !== undefined) return { kind: "unknown-channel", channel, known: knownChannels(config) };
          const { result, laneIds } = await acceptAlert(alert, {
            store,
            log,
            keys,
            organizationId,
            config,
            idempotencyKey,
            nowMs: now(),
          });
          for (const laneId of laneIds) scheduler.wake({ organizationId, laneId });
          return result;
        }),
      list: (query) => listAlerts(store.read, organizationId, query),
      async get(alertId) {
        const record = await findAlert(store.read, organizationId, alertId);
        if (record === null) return null;
        const [open, shown, dead] = await Promise.all([
          log.openOf(organizationId, alertId),
          entriesOfSubject(store.read, organizationId, alertId),
          log.deadOf(organizationId, alertId),
        ]);
        return { record, notifications: describeNotifications({ config, record, open, shown, dead }) };
      },
    };
  }

  const handles = new Map(Object.entries(organizations).map(([id, config]) => [id, createHandle(id, config)]));

  return {
    keys: createKeyRing(store, now),
    forOrganization(organizationId) {
      const handle = handles.get(organizationId);
      if (handle === undefined) {
        throw new TocsinError(`organisation "${organizationId}" is not configured`, {
          code: "ENGINE_UNKNOWN_ORGANIZATION",
        });
      }
      return handle;
    },
    async status() {
      try {
        const queue = await log.status({ minPriority: PRIORITY.critical });
        return {
          store: store.isWritable() ? "ok" : "unavailable",
          openDeliveryCount: queue.openDeliveryCount,
          deadDeliveryCount: queue.deadLetterCount,
          oldestUndeliveredCriticalMs:
            queue.oldestCreatedAt === null ? null : Math.max(0, now() - queue.oldestCreatedAt),
        };
      } catch (error) {
        onError(error);
        return { store: "unavailable", openDeliveryCount: 0, deadDeliveryCount: 0, oldestUndeliveredCriticalMs: null };
      }
    },
    start() {
      if (running !== null || stopping !== null) return;
      running = scheduler.run(drain, { concurrency, probeMs });
      void prune();
      pruning = setInterval(() => void prune(), PRUNE_MS);
      pruning.unref();
    },
    stop(graceMs) {
      const timer = setTimeout(() => hardStop.abort(), graceMs);
      stopping ??= (async () => {
        if (pruning !== null) clearInterval(pruning);
        await running?.close();
      })();
      return stopping.finally(() => clearTimeout(timer));
    },
  };
}
