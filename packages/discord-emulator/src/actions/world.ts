import type { Identity } from "../state/identity.ts";
import type { Presenter } from "../state/present.ts";
import type { State } from "../state/state.ts";

/** What every action and route works on. */
export interface World {
  readonly state: State;
  readonly presenter: Presenter;
  readonly identity: Identity;
  /** Scheme, host and port under which the emulator answers now. */
  readonly baseUrl: () => string;
  /** The token for a new webhook. */
  readonly createToken: (webhookId: string) => string;
}
