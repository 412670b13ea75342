import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { type RouteResult, reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, queryFlag } from "../http/call.ts";
import type { CommandScope } from "../state/commands.ts";
import { presentCommand, presentLocalised } from "../state/present-command.ts";
import { changeCommand, overwriteCommands, upsertCommand } from "./command-writes.ts";

/** The scope of the path, if it is the calling bot's. */
export function findScope(call: Call): CommandScope | Refusal {
  const { state } = call.world;
  const applicationId = call.params.application_id as string;
  if (applicationId === callingBot(call).applicationId) return { applicationId, guildId: call.params.guild_id };
  const isKnown = state.bots.list().some((bot) => bot.applicationId === applicationId);
  return refuse(isKnown ? 20012 : 10002);
}

/** Does `work` in the scope of the path. */
function inScope(work: (call: Call, scope: CommandScope, commandId: string) => RouteResult) {
  return (call: Call): RouteResult => {
    const scope = findScope(call);
    return isRefusal(scope) ? scope : work(call, scope, call.params.command_id ?? "");
  };
}

const list = inScope((call, scope) => {
  const commands = call.world.state.commands.list(scope);
  if (queryFlag(call.query, "with_localizations")) return reply(commands.map(presentCommand));
  const locale = call.headers["x-discord-locale"];
  return reply(commands.map((command) => presentLocalised(command, typeof locale === "string" ? locale : undefined)));
});

const create = inScope((call, scope) => {
  const stored = upsertCommand(call.world, scope, call.body);
  return isRefusal(stored) ? stored : replyWritten(stored.isNew ? 201 : 200, presentCommand(stored.command));
});

const overwrite = inScope((call, scope) => {
  const commands = overwriteCommands(call.world, scope, call.list ?? []);
  return isRefusal(commands) ? commands : replyWritten(200, commands.map(presentCommand));
});

const get = inScope(({ world }, scope, id) => {
  const command = world.state.commands.get(scope, id);
  return command ? reply(presentCommand(command)) : refuse(10063);
});

const change = inScope(({ world, body }, scope, id) => {
  const changed = changeCommand(world, scope, id, body);
  return isRefusal(changed) ? changed : replyWritten(200, presentCommand(changed));
});

const remove = inScope(({ world }, scope, id) => {
  if (!world.state.commands.get(scope, id)) return refuse(10063);
  world.state.write(() => world.state.commands.delete(scope, id));
  return replyEmpty();
});

function routesUnder(base: string): readonly DiscordRoute[] {
  const one = `${base}/:command_id`;
  return [
    { method: "GET", path: base, auth: "bot", handle: list },
    { method: "POST", path: base, auth: "bot", takesBody: true, handle: create },
    { method: "PUT", path: base, auth: "bot", takesBody: "list", handle: overwrite },
    { method: "GET", path: one, auth: "bot", handle: get },
    { method: "PATCH", path: one, auth: "bot", takesBody: true, handle: change },
    { method: "DELETE", path: one, auth: "bot", handle: remove },
  ];
}

/** Application commands, global and of guilds: keeping them, not running them (docs: interactions/application-commands). */
export const COMMANDS: readonly DiscordRoute[] = [
  ...routesUnder("/applications/:application_id/commands"),
  ...routesUnder("/applications/:application_id/guilds/:guild_id/commands"),
];
