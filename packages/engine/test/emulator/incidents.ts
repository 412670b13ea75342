import { parseAlert } from "@tocsin/alert";
import type { SeededRandom } from "@tocsin/testkit";
import type { AlertRecord, OrganizationEngine } from "../../src/index.ts";
import type { Place } from "./alert-world.ts";

type Severity = "info" | "warn" | "critical";

/** An alert as it was accepted, newest revision last. */
export interface AcceptedAlert {
  readonly id: string;
  readonly key: string;
  readonly place: Place;
  readonly versions: readonly AcceptedVersion[];
}

interface AcceptedVersion {
  readonly revision: number;
  readonly severity: Severity;
  readonly isResolved: boolean;
}

/** What brings alerts to whichever engine runs. */
export interface AcceptDoor {
  /** The running engine's; waits for one while there is none. */
  organization(): Promise<OrganizationEngine>;
  /** Whether a failure is that of an engine that has crashed: the same is brought to the next one. */
  hasCrashed(organization: OrganizationEngine): boolean;
}

/** What goes wrong somewhere, as one observer tells it. */
export interface Incidents {
  readonly alerts: readonly AcceptedAlert[];
  raise(place: Place): Promise<void>;
  revise(alert: AcceptedAlert): Promise<void>;
  resolve(alert: AcceptedAlert): Promise<void>;
}

export interface IncidentsOptions {
  /** `w` and a number of its own. */
  readonly name: string;
  readonly door: AcceptDoor;
  readonly random: SeededRandom;
  /** Whether the same is to be brought once more, as by a client that did not hear the answer. */
  readonly isRepeated: () => boolean;
}

const SEVERITIES = ["info", "warn", "critical"] as const;

export function createIncidents({ name, door, random, isRepeated }: IncidentsOptions): Incidents {
  const alerts: AcceptedAlert[] = [];
  let callCount = 0;

  async function accept(input: object): Promise<AlertRecord> {
    const parsed = parseAlert(input);
    if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.issues));
    callCount += 1;
    const idempotencyKey = `${name}-${callCount}`;
    const isTwice = isRepeated();
    for (;;) {
      const organization = await door.organization();
      try {
        const result = await organization.accept(parsed.alert, { idempotencyKey });
        if (!("record" in result)) throw new Error(result.kind);
        if (!isTwice || result.replayed) return result.record;
      } catch (error) {
        // It may have been stored or not: the key makes it safe to bring it again.
        if (!door.hasCrashed(organization)) throw error;
      }
    }
  }

  async function bring(alert: Omit<AcceptedAlert, "id">, change: Omit<AcceptedVersion, "revision">): Promise<void> {
    const { key, place, versions } = alert;
    const status = change.isResolved ? { status: "resolved" } : { severity: change.severity };
    const input = { ...textOf(key, versions.length + 1), ...status, dedup_key: key, topic: place.name };
    const { id, revision } = await accept(input);
    const index = alerts.findIndex((each) => each.key === key);
    const next = { ...alert, id, versions: [...versions, { ...change, revision }] };
    if (index < 0) alerts.push(next);
    else alerts[index] = next;
  }

  return {
    alerts,
    async raise(place) {
      const key = `${name}a${alerts.length}z`;
      await bring({ key, place, versions: [] }, { severity: random.pick(SEVERITIES), isResolved: false });
    },
    async revise(alert) {
      await bring(alert, { severity: random.pick(SEVERITIES), isResolved: false });
    },
    async resolve(alert) {
      await bring(alert, { severity: alert.versions.at(-1)?.severity ?? "info", isResolved: true });
    },
  };
}

/** The key stands in the title of every version, and in no other alert. */
const textOf = (key: string, version: number) => ({
  title: `disk ${key} is filling up`,
  message: `version ${version} of ${key}: used 91 % of 500 GB`,
  context: { host: "db1", version },
});

/** The keys that stand in a text. */
export const keysIn = (text: string): readonly string[] => text.match(/\bw\d+a\d+z\b/g) ?? [];

/** What the newest version's message begins with. */
export const newestText = ({ key, versions }: AcceptedAlert): string => `version ${versions.length} of ${key}:`;
