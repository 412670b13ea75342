import type { DeadLetter } from "@tocsin/queue";
import type { AlertRecord, Engine, EngineEvent, Notification, OrganizationConfig } from "../../../src/index.ts";
import type { Fault } from "../discord/faults.ts";
import type { ModelChannel } from "../discord/model-channel.ts";
import type { Process } from "../discord/model-transport.ts";
import type { Watch } from "../facts/watched.ts";
import type { Book } from "./book.ts";
import type { LaneScenario, Scenario, Settings } from "./scenarios.ts";
import type { Action, Moment } from "./steps.ts";
import type { TestScheduler } from "./test-scheduler.ts";

/** One destination, the channel behind it, and what goes wrong with the next calls to it. */
export interface WorldLane extends Omit<LaneScenario, "looks"> {
  readonly channel: ModelChannel;
  readonly watch: Watch;
  faults: Fault[];
  /** As it is set up now; a process begins with it. */
  looks: LaneScenario["looks"];
  /** As it was ever set up. */
  readonly everLooks: LaneScenario["looks"][];
}

/** A process of the relay, until it is gone. */
export interface Relay {
  readonly process: Process;
  readonly engine: Engine;
  readonly scheduler: TestScheduler;
}

/** Nothing new until then. What was planned before it began is told all the same. */
export interface Silence {
  readonly untilAt: number;
  readonly fromDrain: number;
}

/** What is armed to happen in the midst of the work. */
export interface Interruption {
  readonly moment: Moment;
  left: number;
  readonly action: Action;
}

export interface World {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly config: OrganizationConfig["routes"];
  readonly book: Book;
  readonly lanes: readonly WorldLane[];
  readonly log: string[];
  /** What must not happen and has happened. */
  readonly violations: string[];
  readonly events: EngineEvent[];
  readonly silences: Map<string, Silence>;
  /** Drains that have begun. */
  drainCount: number;
  /** Alerts that were ever kept quiet about. */
  readonly silenced: Set<string>;
  readonly interruptions: Interruption[];
  /** How often something was done that may cost calls. */
  disturbanceCount: number;
  readonly now: () => number;
  advance(ms: number): void;
  /** The process that runs now; one that is gone is replaced by the next. */
  relay(): Promise<Relay>;
  readonly current: () => Relay;
  /** Ends the process as kill -9 would. */
  crash(): void;
  records(): Promise<readonly AlertRecord[]>;
  notifications(alertId: string): Promise<readonly Notification[]>;
  deadLetters(): Promise<readonly Pick<DeadLetter, "laneId" | "subjectId" | "revision" | "reason">[]>;
  close(): Promise<void>;
}
