import type { Alert } from "@tocsin/alert";
import type { AcceptResult, AlertRecord, Engine, KeyOwner, KeyScope, Notification } from "@tocsin/engine";

export interface FakeEngine extends Engine {
  /** Every alert that was accepted, oldest first. */
  readonly accepted: readonly AlertRecord[];
  /** What `get` answers beside the alert. */
  notifications: readonly Notification[];
  /** Thrown by the next calls of anything that touches the store, while set. */
  failure: unknown;
  storeStatus: "ok" | "unavailable";
  readonly stops: readonly number[];
}

/** What the credentials of {@link credentialsOf} open. */
const ORGANIZATION_ID = "default";

/** Headers whose key has `scopes`: the fake takes any key that spells its scopes. */
export function credentialsOf(...scopes: readonly KeyScope[]): Record<string, string> {
  return { "x-api-key": `key_${scopes.join("_")}`, "x-api-secret": "tsk_right-secret" };
}

/** An engine in memory that keeps the contract as far as HTTP can see it: ids, revisions, dedup, idempotency, pages. */
export function createFakeEngine(now: () => number = () => Date.UTC(2024, 0, 1)): FakeEngine {
  const records: AlertRecord[] = [];
  const stops: number[] = [];
  const replays = new Map<string, { body: string; result: AcceptResult }>();

  const engine: FakeEngine = {
    accepted: records,
    notifications: [],
    failure: null,
    storeStatus: "ok",
    stops,
    keys: {
      create: async () => ({ key: "key_send_read", secret: "tsk_right-secret" }),
      verify: async (key, secret): Promise<KeyOwner | null> => {
        fail();
        if (!key.startsWith("key_") || secret !== "tsk_right-secret") return null;
        return { keyId: key, organizationId: ORGANIZATION_ID, scopes: key.split("_").slice(1) as KeyScope[] };
      },
    },
    forOrganization: (organizationId) => ({
      organizationId,
      accept: async (alert, options = {}) => {
        fail();
        const { idempotencyKey } = options;
        const earlier = idempotencyKey === undefined ? undefined : replays.get(idempotencyKey);
        if (earlier) {
          if (earlier.body !== JSON.stringify(alert)) return { kind: "idempotency-mismatch" };
          return { ...earlier.result, replayed: true } as AcceptResult;
        }
        const result = store(alert);
        if (idempotencyKey !== undefined) replays.set(idempotencyKey, { body: JSON.stringify(alert), result });
        return result;
      },
      list: async ({ page, perPage, ...filter }) => {
        fail();
        const matching = records
          .filter(({ alert }) => filter.status === undefined || alert.status === filter.status)
          .filter(({ alert }) => filter.severity === undefined || alert.severity === filter.severity)
          .filter(({ alert }) => filter.monitorId === undefined || alert.monitor_id === filter.monitorId)
          .reverse();
        return { records: matching.slice((page - 1) * perPage, page * perPage), total: matching.length };
      },
      get: async (alertId) => {
        fail();
        const record = records.find(({ id }) => id === alertId);
        return record ? { record, notifications: engine.notifications } : null;
      },
    }),
    status: async () => {
      fail();
      return {
        store: engine.storeStatus,
        openDeliveryCount: records.length,
        deadDeliveryCount: 0,
        oldestUndeliveredCriticalMs: null,
      };
    },
    start: () => {},
    stop: async (graceMs) => {
      stops.push(graceMs);
    },
  };
  return engine;

  function fail(): void {
    if (engine.failure !== null) throw engine.failure;
  }

  function store(alert: Alert): AcceptResult {
    const unknown = alert.channels?.find((channel) => !["alerts", "email"].includes(channel));
    if (unknown !== undefined) return { kind: "unknown-channel", channel: unknown, known: ["alerts", "email"] };
    const index = records.findIndex(
      (record) =>
        record.alert.dedup_key !== undefined &&
        record.alert.dedup_key === alert.dedup_key &&
        record.resolvedAt === null,
    );
    const current = records[index];
    if (current) {
      const record = { ...current, revision: current.revision + 1, alert, updatedAt: now() };
      records[index] = record;
      return { kind: "updated", record, replayed: false };
    }
    const record: AlertRecord = {
      id: `alt_${records.length + 1}`,
      revision: 1,
      alert,
      createdAt: now(),
      updatedAt: now(),
      resolvedAt: alert.status === "resolved" ? now() : null,
    };
    records.push(record);
    return { kind: "created", record, replayed: false };
  }
}
