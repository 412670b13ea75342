import { setTimeout as delay } from "node:timers/promises";
import type { EngineEvent, OrganizationEngine } from "../../src/index.ts";
import { type AlertWorld, type Place, SHAPES } from "./alert-world.ts";
import { createPostAllowance } from "./post-allowance.ts";
import { openRelay, type Relay, type SealedAlert } from "./relay.ts";
import type { Door } from "./storm.ts";

/** One relay after the other on one database, and the door through which alerts come to whichever runs. */
export interface RelayLives {
  readonly door: Door;
  /** Everything that the relays told. */
  events(): readonly EngineEvent[];
  /** What relays had sealed and not heard of when they were killed. */
  readonly sealedInCrashes: readonly SealedAlert[];
  /** Calls that were delivered, each as path and kind. */
  delivered(): readonly string[];
  /** Alerts of which a call was given up after the transport's time limit. */
  timedOutKeys(): ReadonlySet<string>;
  start(): Promise<Relay>;
  kill(): Promise<void>;
  /** Ends the last one in order. */
  close(): Promise<void>;
}

/** A destination that owes more gets nothing new until it owes less. */
const MAX_BACKLOG_COUNT = 10;
const LOOK_MS = 50;

export function createRelayLives(world: AlertWorld, file: string): RelayLives {
  const relays: Relay[] = [];
  const killed = new Set<Relay>();
  const owners = new WeakMap<OrganizationEngine, Relay>();
  const sealedInCrashes: SealedAlert[] = [];
  const allowance = createPostAllowance(world.clock.now);
  let running = Promise.withResolvers<Relay>();
  let backlog: ReadonlyMap<string, number> = new Map();
  let isClosed = false;

  const watch = async (): Promise<void> => {
    while (!isClosed) {
      const relay = await running.promise;
      backlog = await relay.backlog().catch(() => backlog);
      await delay(LOOK_MS);
    }
  };
  const watching = watch();
  const countsPosts = ({ shape }: Place) => SHAPES[shape].path === "webhook" && shape !== "webhook packed";

  return {
    sealedInCrashes,
    events: () => relays.flatMap((relay) => relay.events),
    delivered: () => relays.flatMap((relay) => relay.delivered),
    timedOutKeys: () => new Set(relays.flatMap((relay) => relay.timedOutKeys)),
    door: {
      async organization() {
        const relay = await running.promise;
        const organization = relay.engine.forOrganization("default");
        owners.set(organization, relay);
        return organization;
      },
      hasCrashed: (organization) => killed.has(owners.get(organization) as Relay),
      hasRoom: (place, count) =>
        (backlog.get(place.name) ?? 0) < MAX_BACKLOG_COUNT && (!countsPosts(place) || allowance.has(place.name, count)),
      takeRoom: ({ name }) => allowance.spend(name),
      look: () => delay(LOOK_MS),
    },
    async start() {
      const relay = await openRelay(world, file);
      sealedInCrashes.push(...relay.foundSealed);
      relays.push(relay);
      running.resolve(relay);
      return relay;
    },
    async kill() {
      const relay = await running.promise;
      running = Promise.withResolvers();
      killed.add(relay);
      await relay.crash();
    },
    async close() {
      isClosed = true;
      await watching;
      await (await running.promise).close();
    },
  };
}
