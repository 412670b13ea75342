import type { AlertRecord, Notification } from "../../../src/index.ts";
import type { World, WorldLane } from "../walk/world-state.ts";

/** One alert at one destination. */
export interface Place {
  readonly world: World;
  readonly lane: WorldLane;
  readonly record: AlertRecord;
  readonly notification: Notification | undefined;
  /** Whether Discord has refused it for good, and its dead letter says so. */
  readonly isDead: boolean;
}

/** A bot's nonces, and its right to read, let it find out what became of a call. */
export const mayDouble = ({ isBot, channel }: WorldLane): boolean => !isBot || channel.state.wereForbidden.has("read");
