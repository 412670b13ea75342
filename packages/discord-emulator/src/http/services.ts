import type { World } from "../actions/world.ts";
import type { Journal } from "../control/journal.ts";
import type { Outbox } from "../dispatch/outbox.ts";
import type { FaultInjector } from "../faults/fault-injector.ts";
import type { InvalidRequests } from "../limits/invalid-requests.ts";
import type { Limiter } from "../limits/limiter.ts";
import type { LimitProfile } from "../limits/profile.ts";

/** What stands between the network and the routes. */
export interface Services {
  readonly world: World;
  readonly faults: FaultInjector;
  readonly journal: Journal;
  /** Events of a call wait in it for the answer. */
  readonly outbox: Outbox;
  readonly invalidRequests: InvalidRequests;
  /** How far the clock that answers tell runs ahead of the emulator's own. */
  readonly clockSkewMs: number;
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal;
  /** The limiter in force; it is exchanged with the profile. */
  readonly limits: { profile: LimitProfile; limiter: Limiter };
}
