import type { SessionStarts } from "../gateway/session-starts.ts";
import type { Random } from "../random.ts";
import type { Identity } from "../state/identity.ts";
import type { Presenter } from "../state/present.ts";
import type { State } from "../state/state.ts";

/** What every action and route works on. */
export interface World {
  readonly state: State;
  /** Shows things as the caller sees them, or, where nobody calls, as the seeded bot does. */
  readonly presenter: Presenter;
  readonly presenterFor: (userId: string) => Presenter;
  readonly identity: Identity;
  /** So many threads of a guild may be active at once. */
  readonly maxActiveThreadCount: number;
  /** Scheme, host and port under which the emulator answers now. */
  readonly baseUrl: () => string;
  /** The token for a new webhook. */
  readonly createToken: (webhookId: string) => string;
  /** How many Gateway sessions each bot may still start. */
  readonly sessionStarts: SessionStarts;
  /** Randomness for one purpose; the same seed and purpose give the same. */
  readonly randomFor: (purpose: string) => Random;
}
