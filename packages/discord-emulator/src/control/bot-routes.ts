import type { FastifyInstance } from "fastify";
import { createBot, resetToken } from "../actions/create-bot.ts";
import type { World } from "../actions/world.ts";
import type { FormIssue } from "../errors/form-errors.ts";
import { EVERYONE_PERMISSIONS } from "../state/found-guild.ts";
import { inviteBot } from "../state/join-guild.ts";
import type { Bot } from "../state/objects.ts";
import { readChecked, readControlBody, sendControl, sendControlError, sendIssues } from "./control-answer.ts";
import { readPermissionSet } from "./permission-set.ts";

const any = { kind: "any" } as const;
const BOT = {
  kind: "object",
  fields: {
    name: { kind: "text", required: true, minCount: 2, maxCount: 32, trim: true },
    guild_id: { kind: "snowflake" },
    permissions: any,
    application_flags: { kind: "integer", min: 0 },
  },
} as const;
const REVOKE = { kind: "object", fields: { bot_id: { kind: "snowflake" } } } as const;

const describe = ({ userId, applicationId, publicKey, token }: Bot) => ({
  id: userId,
  application_id: applicationId,
  public_key: publicKey,
  bot_token: token,
});

/** What the owner of an application does: make one, invite its bot, reset its token; `onReset` hears whose. */
export function registerBotRoutes(app: FastifyInstance, world: World, onReset: (botId: string) => void): void {
  const { state, identity } = world;

  app.post("/bots", (request, reply) => {
    const value = readChecked(request, reply, BOT);
    if (!value) return reply;
    const body = readControlBody(request) ?? {};
    // Null means no guild at all, absence the seeded one.
    const guildId = body.guild_id === null ? undefined : String(value.guild_id ?? identity.guildId);
    if (guildId !== undefined && !state.guilds.get(guildId))
      return sendControlError(reply, 404, "There is no such guild.");
    const issues: FormIssue[] = [];
    const permissions = readPermissionSet(value.permissions, EVERYONE_PERMISSIONS, { path: ["permissions"], issues });
    if (issues.length > 0) return sendIssues(reply, body, issues);
    const created = state.write(() => {
      const bot = createBot(world, String(value.name), value.application_flags as number | undefined);
      const member = guildId === undefined ? undefined : inviteBot(state, guildId, bot, permissions);
      return { ...describe(bot), guild_id: guildId ?? null, role_id: member?.roles[0] ?? null };
    });
    return sendControl(reply, 201, created);
  });

  app.post("/tokens/revoke", (request, reply) => {
    const value = readChecked(request, reply, REVOKE);
    if (!value) return reply;
    const bot = state.bots.get(String(value.bot_id ?? identity.botUserId));
    if (!bot) return sendControlError(reply, 404, "There is no such bot.");
    const changed = resetToken(world, bot);
    onReset(bot.userId);
    return sendControl(reply, 200, describe(changed));
  });
}
