import type { World } from "../actions/world.ts";
import type { Random } from "../random.ts";
import type { FanOut } from "./fan-out.ts";
import type { GatewayFaults } from "./faults.ts";
import type { GatewaySettings } from "./options.ts";
import type { MemberRequests } from "./request-members.ts";
import type { SessionStarts } from "./session-starts.ts";
import type { Sessions } from "./sessions.ts";

/** What all clients have in common. */
export interface GatewayContext {
  readonly world: World;
  readonly settings: GatewaySettings;
  readonly sessions: Sessions;
  readonly starts: SessionStarts;
  readonly faults: GatewayFaults;
  readonly fanOut: FanOut;
  readonly members: MemberRequests;
  readonly random: Random;
  /** Milliseconds on a clock that does not step back. */
  readonly now: () => number;
  /** Whether limits are on at the moment. */
  readonly isLimited: () => boolean;
}
