import type { DiscordMessage } from "@tocsin/discord-transport";
import type { ModelMessage } from "../discord/model-state.ts";
import { kindOf, sightingsOf } from "../sightings.ts";
import type { World } from "../walk/world-state.ts";
import { formProblems } from "./form.ts";
import { createLevels } from "./levels.ts";
import type { Watch, WatchedLane } from "./watched.ts";

export interface WatchOptions {
  readonly world: World;
  readonly lane: WatchedLane;
}

/** One call made more often at one moment of the clock is made without end. */
const MAX_REPEAT_COUNT = 3;

export const keyOf = ({ icon, title }: { readonly icon: string; readonly title: string }): string => `${icon} ${title}`;

export function createWatch({ world, lane }: WatchOptions): Watch {
  const repeats = new Map<string, number>();
  const firstSeen = new Set<string>();
  const deletedSightings = new Set<string>();
  const shared = new Set<string>();
  const refusals: { code: number; titles: readonly string[] }[] = [];
  const levels = createLevels(world.book);
  let callCount = 0;
  let quietFrom = 0;
  let lastProcess: unknown = null;
  const violate = (text: string) => world.violations.push(`${lane.name}: ${text}`);

  /** Whether there was a silence already when the drain began that has planned this. */
  function isQuiet(title: string): boolean {
    const keys = ["", world.book.saidUnder(title)?.key ?? "-"];
    return keys.some((key) => {
      const silence = world.silences.get(key);
      return silence !== undefined && silence.untilAt > world.now() && silence.fromDrain < world.drainCount;
    });
  }

  function noteShape(message: ModelMessage): void {
    if (kindOf(message.body) === "digest" || (message.body.embeds ?? []).length > 1) shared.add(message.id);
    for (const problem of formProblems(message.body, lane, world)) violate(`${problem}: ${describe(message.body)}`);
  }

  return {
    shared,
    refusals,
    deletedSightings,
    callCount: () => callCount,
    quietCallCount: () => callCount - quietFrom,
    endDisturbances() {
      quietFrom = callCount;
    },
    called({ operation, sendId, at, process }) {
      callCount += 1;
      if (process !== lastProcess) repeats.clear();
      lastProcess = process;
      const key = `${at} ${JSON.stringify(operation)}`;
      const count = (repeats.get(key) ?? 0) + 1;
      repeats.set(key, count);
      if (count === MAX_REPEAT_COUNT + 1) violate(`the same call again and again: ${JSON.stringify(operation)}`);
      const isThreads = operation.kind === "start-thread" || operation.kind === "update-thread";
      if (isThreads && !lane.isBot) violate(`a webhook is asked for ${operation.kind}`);
      if (firstSeen.has(sendId)) return;
      firstSeen.add(sendId);
      if (operation.kind !== "send") return;
      for (const { title } of sightingsOf(operation.message)) {
        if (isQuiet(title)) violate(`${title} is silenced, and told`);
      }
    },
    answered({ operation, sendId }, answer, made) {
      const text = "message" in operation ? describe(operation.message) : JSON.stringify(operation);
      const place = "threadId" in operation && operation.threadId !== undefined ? ` in ${operation.threadId}` : "";
      const outcome = answer.kind === "done" ? `done ${answer.value.messageId}` : `refused ${answer.code}`;
      world.log.push(`${lane.name}: ${operation.kind} ${sendId.slice(-5)}${place} ${text} → ${outcome}`);
      if (answer.kind === "refused") {
        const titles = "message" in operation ? sightingsOf(operation.message).map(({ title }) => title) : [];
        refusals.push({ code: answer.code, titles });
        return;
      }
      if (made !== null) {
        noteShape(made);
        for (const problem of levels.made(made, operation)) violate(`${problem}: ${text}`);
      }
      if (operation.kind !== "edit") return;
      levels.edited(operation.message);
      noteEdit(operation.message);
    },
    resealed(sendIds) {
      for (const sendId of sendIds) firstSeen.add(sendId);
    },
    deleted(message) {
      if (kindOf(message.body) === "notice") return;
      for (const sighting of sightingsOf(message.body)) deletedSightings.add(keyOf(sighting));
    },
  };

  function noteEdit(body: DiscordMessage): void {
    for (const problem of formProblems(body, lane, world, { isEdit: true })) violate(`${problem}: ${describe(body)}`);
  }
}

const describe = (message: DiscordMessage): string =>
  `${kindOf(message)} [${sightingsOf(message).map(keyOf).join(", ")}]`;
