import type { MessageRef } from "@tocsin/discord-transport";
import type { ModelMessage } from "../discord/model-state.ts";
import type { ModelCall } from "../discord/model-transport.ts";
import type { Answer } from "../discord/refusals.ts";
import type { LaneScenario } from "../walk/scenarios.ts";

/** What is seen of a channel while things happen in it. */
export interface Watch {
  called(call: ModelCall): void;
  answered(call: ModelCall, answer: Answer<MessageRef>, made: ModelMessage | null): void;
  /** Calls that a process which is gone has left sealed. */
  resealed(sendIds: ReadonlySet<string>): void;
  /** Before somebody deletes a message. */
  deleted(message: ModelMessage): void;
  /** From here on calls are counted apart. */
  endDisturbances(): void;
  readonly callCount: () => number;
  readonly quietCallCount: () => number;
  /** What people have deleted, as `icon title`. */
  readonly deletedSightings: ReadonlySet<string>;
  /** Ids of messages that ever showed several alerts. */
  readonly shared: ReadonlySet<string>;
  /** Titles of messages that Discord has refused, with the codes. */
  readonly refusals: readonly { readonly code: number; readonly titles: readonly string[] }[];
}

/** A destination, and how it was ever set up. */
export interface WatchedLane extends Pick<LaneScenario, "name" | "isBot" | "isForum"> {
  readonly everLooks: readonly LaneScenario["looks"][];
}
