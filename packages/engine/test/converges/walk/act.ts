import { chooseDestinations } from "../../../src/routing/routing.ts";
import { alertOf } from "../../harness.ts";
import { MASKED_LINK, POISON } from "../discord/model-channel.ts";
import { liveMessages } from "../discord/model-state.ts";
import type { Said } from "./book.ts";
import type { Action, Shape } from "./steps.ts";
import type { World, WorldLane } from "./world-state.ts";

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;

const shaped: Readonly<Record<Shape, Record<string, unknown>>> = {
  plain: {},
  action: { action: "restart" },
  long: { message: "x".repeat(1_900) },
  picky: { message: `see ${MASKED_LINK}` },
  poison: { message: POISON },
};

/** A client that repeats its request until it is answered, under one key. */
async function accept(world: World, said: Said, input: Record<string, unknown>): Promise<void> {
  const title = world.book.newTitle(said);
  const alert = alertOf({ ...input, title });
  for (;;) {
    const { engine, process } = await world.relay();
    try {
      const result = await engine.forOrganization("default").accept(alert, { idempotencyKey: title });
      if (result.kind !== "created" && result.kind !== "updated") throw new Error(result.kind);
      const { lanes, scenario } = world;
      const destinations = Object.fromEntries(lanes.map(({ name }) => [name, { transport: {} as never }]));
      world.book.note(title, result.record, chooseDestinations(result.record.alert, { destinations, ...scenario }));
      world.log.push(`accepted ${title} (${said.severity}${said.isResolved ? ", resolved" : ""}, ${said.shape})`);
      return;
    } catch (error) {
      if (process.isAlive) throw error;
    }
  }
}

const nameOf = (key: number | null): string | null => (key === null ? null : String(key));

function raise(world: World, { key, severity, shape }: Omit<ActionOf<"raise">, "kind">): Promise<void> {
  const name = nameOf(key);
  return accept(
    world,
    { key: name, severity, shape, isResolved: false },
    { severity, ...shaped[shape], ...(name === null ? {} : { dedup_key: name }) },
  );
}

async function watchMonitor(world: World, { kind, monitor }: ActionOf<"down" | "up">): Promise<void> {
  const isResolved = kind === "up";
  const severity = isResolved ? "info" : "critical";
  const said: Said = { key: `m${monitor}`, severity, shape: "plain", isResolved };
  await accept(world, said, { type: kind, monitor_id: `m${monitor}` });
}

const laneOf = (world: World, index: number): WorldLane => world.lanes[index % world.lanes.length] as WorldLane;
const pick = <T>(items: readonly T[], nth: number): T | undefined => items[nth % Math.max(1, items.length)];

function changeThread(
  world: World,
  { kind, lane, nth }: ActionOf<"delete-thread" | "archive-thread" | "lock-thread" | "unlock-thread">,
) {
  const { channel, name, watch } = laneOf(world, lane);
  const thread = pick(
    [...channel.state.threads.values()].filter(({ isDeleted }) => !isDeleted),
    nth,
  );
  if (thread === undefined) return;
  thread.isDisturbed = true;
  world.log.push(`${name}: ${kind} ${thread.name}`);
  if (kind === "delete-thread") {
    for (const message of liveMessages(channel.state)) if (message.threadId === thread.id) watch.deleted(message);
    thread.isDeleted = true;
  }
  if (kind === "archive-thread") thread.isArchived = true;
  if (kind === "lock-thread") Object.assign(thread, { isArchived: true, isLocked: true });
  if (kind === "unlock-thread") Object.assign(thread, { isArchived: false, isLocked: false });
}

function deleteMessage(world: World, { lane, nth }: ActionOf<"delete-message">): void {
  const { channel, watch, name } = laneOf(world, lane);
  const message = pick(liveMessages(channel.state), nth);
  if (message === undefined) return;
  watch.deleted(message);
  message.isDeleted = true;
  world.log.push(`${name}: somebody deletes ${message.id}`);
}

function setPermission(world: World, { kind, lane, permission }: ActionOf<"forbid" | "allow">): void {
  const { state } = laneOf(world, lane).channel;
  if (kind === "allow") state.forbidden.delete(permission);
  else {
    state.forbidden.add(permission);
    state.wereForbidden.add(permission);
  }
}

/** Does what people and programs do. */
export async function act(world: World, action: Action): Promise<void> {
  world.disturbanceCount += 1;
  switch (action.kind) {
    case "raise":
      return raise(world, action);
    case "backlog":
      for (let index = 0; index < action.count; index++) {
        await raise(world, { key: 10 + index, severity: action.severity, shape: "plain" });
      }
      return;
    case "resolve": {
      const key = nameOf(action.key);
      const said: Said = { key, severity: "info", shape: "plain", isResolved: true };
      return accept(world, said, { dedup_key: key, status: "resolved" });
    }
    case "down":
    case "up":
      return watchMonitor(world, action);
    case "delete-message":
      return deleteMessage(world, action);
    case "delete-thread":
    case "archive-thread":
    case "lock-thread":
    case "unlock-thread":
      return changeThread(world, action);
    case "forbid":
    case "allow":
      return setPermission(world, action);
    case "silence":
      world.silences.set(nameOf(action.key) ?? "", { untilAt: world.now() + action.ms, fromDrain: world.drainCount });
      world.log.push(`silence of ${action.key ?? "all"} for ${action.ms} ms`);
      return;
    case "clock":
      world.advance(action.ms);
      world.log.push(`${action.ms} ms pass`);
      return;
    case "crash":
      world.crash();
  }
}
