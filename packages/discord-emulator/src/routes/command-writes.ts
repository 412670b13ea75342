import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Command, CommandScope } from "../state/commands.ts";
import { complain, type Report } from "../validate/check.ts";
import { checkCommand } from "../validate/check-command.ts";
import { COMMAND_COUNTS, COMMAND_LIMITS } from "../validate/command-limits.ts";

const DAY_MS = 86_400_000;

/** A command that was stored, and whether it is a new one. */
export interface StoredCommand {
  readonly command: Command;
  readonly isNew: boolean;
}

/** Creates a command, or overwrites the one of its type and name (docs: "Create Global Application Command"). */
export function upsertCommand({ state }: World, scope: CommandScope, body: JsonObject): StoredCommand | Refusal {
  const report: Report = { path: [], issues: [] };
  const checked = checkCommand(body, { isGlobal: scope.guildId === undefined }, report);
  if (report.issues.length > 0) return refuseForm(report.issues);
  const existing = state.commands.find(scope, Number(checked.type), String(checked.name));
  const refusal = existing ? undefined : refuseTooMany({ state }, scope, [checked]);
  if (refusal) return refusal;
  return state.write(() => {
    const command = build(state.nextId, scope, checked, existing);
    state.commands.put(command);
    if (!existing) state.commands.noteCreate(scope, state.now());
    return { command, isNew: !existing };
  });
}

/** Changes the members that `body` names; the others stay. */
export function changeCommand({ state }: World, scope: CommandScope, id: string, body: JsonObject): Command | Refusal {
  const existing = state.commands.get(scope, id);
  if (!existing) return refuse(10063);
  const report: Report = { path: [], issues: [] };
  const { members, type, name } = existing;
  const checked = checkCommand(
    body,
    { isGlobal: scope.guildId === undefined, existing: { ...members, type, name } },
    report,
  );
  if (report.issues.length > 0) return refuseForm(report.issues);
  const namesake = state.commands.find(scope, type, String(checked.name));
  if (namesake && namesake.id !== id) return refuse(40041);
  const changed = build(state.nextId, scope, checked, existing);
  state.write(() => state.commands.put(changed));
  return changed;
}

/** Replaces all commands of a scope; those that stay keep their ids and do not count as created. */
export function overwriteCommands(
  { state }: World,
  scope: CommandScope,
  list: readonly unknown[],
): Command[] | Refusal {
  const report: Report = { path: [], issues: [] };
  if (list.length > COMMAND_LIMITS.bulkCount) {
    complain(report, "BASE_TYPE_MAX_LENGTH", `Must be ${COMMAND_LIMITS.bulkCount} or fewer in length.`);
    return refuseForm(report.issues);
  }
  const checked = checkAll(list, scope, report);
  if (isRefusal(checked)) return checked;
  const before = state.commands.list(scope);
  const existing = checked.map((wish, index) => findExisting(before, wish, list[index]));
  const fresh = checked.filter((_, index) => !existing[index]);
  const refusal = refuseTooMany({ state }, scope, fresh, checked);
  if (refusal) return refusal;
  return state.write(() => {
    const commands = checked.map((wish, index) => build(state.nextId, scope, wish, existing[index]));
    const kept = new Set(commands.map(({ id }) => id));
    for (const { id } of before) {
      if (!kept.has(id)) state.commands.delete(scope, id);
    }
    state.commands.putAll(scope, commands);
    for (const _ of fresh) state.commands.noteCreate(scope, state.now());
    return commands;
  });
}

function checkAll(list: readonly unknown[], scope: CommandScope, { issues }: Report): JsonObject[] | Refusal {
  const names = new Set<string>();
  const checked = list.map((entry, index) => {
    const report = { path: [index], issues };
    const command = checkCommand(entry, { isGlobal: scope.guildId === undefined }, report);
    const key = `${command.type} ${command.name}`;
    if (names.has(key)) {
      complain(report, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
    }
    names.add(key);
    return command;
  });
  return issues.length > 0 ? refuseForm(issues) : checked;
}

function findExisting(before: readonly Command[], wish: JsonObject, entry: unknown): Command | undefined {
  const id = isJsonObject(entry) && typeof entry.id === "string" ? entry.id : undefined;
  return (
    before.find((command) => command.id === id && command.type === wish.type) ??
    before.find((command) => command.name === wish.name && command.type === wish.type)
  );
}

/** `all`: what the scope will hold; by default what it holds now, and `fresh`. */
function refuseTooMany(
  { state }: Pick<World, "state">,
  scope: CommandScope,
  fresh: readonly JsonObject[],
  all: readonly { readonly type?: unknown }[] = [...state.commands.list(scope), ...fresh],
): Refusal | undefined {
  for (const [type, maxCount] of Object.entries(COMMAND_COUNTS)) {
    if (all.filter((command) => command.type === Number(type)).length > maxCount) return refuse(30032);
  }
  const createdCount = state.commands.countCreates(scope, state.now() - DAY_MS);
  return createdCount + fresh.length > COMMAND_LIMITS.createsPerDay ? refuse(30034) : undefined;
}

function build(
  nextId: () => string,
  { applicationId, guildId }: CommandScope,
  { type, name, ...members }: JsonObject,
  existing: Command | undefined,
): Command {
  const same = existing && existing.name === name && JSON.stringify(existing.members) === JSON.stringify(members);
  const id = existing?.id ?? nextId();
  return {
    id,
    application_id: applicationId,
    ...(guildId === undefined ? {} : { guild_id: guildId }),
    version: same ? existing.version : nextId(),
    type: Number(type),
    name: String(name),
    members,
  };
}
