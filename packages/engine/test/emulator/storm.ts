import type { SeededRandom } from "@tocsin/testkit";
import { type Place, SHAPES } from "./alert-world.ts";
import { type AcceptDoor, type AcceptedAlert, createIncidents, type Incidents } from "./incidents.ts";

/** Where alerts are brought to, and whether they should be. */
export interface Door extends AcceptDoor {
  /** Whether a destination can take so much more before long. */
  hasRoom(place: Place, count: number): boolean;
  takeRoom(place: Place): void;
  /** Waits until there may be more room. */
  look(): Promise<void>;
}

export interface ReporterOptions {
  /** `w` and a number of its own. */
  readonly name: string;
  readonly door: Door;
  readonly places: readonly Place[];
  readonly random: SeededRandom;
  readonly isEnough: () => boolean;
  /** Whether one more operation is to be made; counts it. */
  readonly goOn: (kind: "alert" | "revision" | "resolve" | "repetition") => boolean;
}

/** As many alerts come together now and then: more than Discord lets through at once. */
const BURST = { min: 8, max: 20 };
const SHARE = { burst: 0.02, alert: 0.28, resolve: 0.25, repetition: 0.03 };

/** Reports alerts, what becomes of them and that they are over, one after the other, until there are enough. */
export async function report(options: ReporterOptions): Promise<readonly AcceptedAlert[]> {
  const { name, door, random, goOn, isEnough } = options;
  const isRepeated = () => random.next() < SHARE.repetition && goOn("repetition");
  const incidents = createIncidents({ name, door, random, isRepeated });
  while (!isEnough()) {
    const chance = random.next();
    const isRaise = incidents.alerts.length === 0 || chance < SHARE.burst + SHARE.alert;
    const isDone = isRaise
      ? await raiseSome(incidents, chance < SHARE.burst, options)
      : await changeOne(incidents, chance > 1 - SHARE.resolve, options);
    if (!isDone) await door.look();
  }
  return incidents.alerts;
}

/** One alert, or as many together as Discord does not let through at once. Says whether there was room. */
async function raiseSome(
  incidents: Incidents,
  isBurst: boolean,
  { door, places, random, goOn }: ReporterOptions,
): Promise<boolean> {
  const count = isBurst ? random.integer(BURST.min, BURST.max) : 1;
  // Each of a bot's alerts takes several calls: a burst of them would outlast the storm.
  const mayTake = (place: Place) => door.hasRoom(place, count) && (!isBurst || SHAPES[place.shape].path === "webhook");
  const targets = places.filter(mayTake);
  if (targets.length === 0) return false;
  const target = random.pick(targets);
  for (let index = 0; index < count && goOn("alert"); index += 1) {
    door.takeRoom(target);
    await incidents.raise(target);
  }
  return true;
}

async function changeOne(
  incidents: Incidents,
  isOver: boolean,
  { door, random, goOn }: ReporterOptions,
): Promise<boolean> {
  const active = incidents.alerts.filter(({ versions }) => versions.at(-1)?.isResolved === false);
  const free = active.filter(({ place }) => door.hasRoom(place, 1));
  if (free.length === 0) return false;
  const alert = random.pick(free);
  door.takeRoom(alert.place);
  if (goOn(isOver ? "resolve" : "revision")) await (isOver ? incidents.resolve(alert) : incidents.revise(alert));
  return true;
}
