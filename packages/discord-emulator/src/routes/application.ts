import { reply, replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute } from "../http/call.ts";
import type { Bot, User } from "../state/objects.ts";
import { changeApplication } from "./change-application.ts";

function gatewayUrl({ world }: Call): string {
  return `${world.baseUrl().replace("http://", "ws://")}/`;
}

function describeApplication(call: Call) {
  const { identity, state } = call.world;
  // Read anew: the call may have changed it.
  const { userId } = callingBot(call);
  const { applicationId, publicKey, applicationFlags, ...more } = state.bots.get(userId) as Bot;
  const bot = state.users.get(userId) as User;
  return {
    id: applicationId,
    name: bot.username,
    icon: null,
    description: "",
    type: null,
    bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: publicKey,
    flags: applicationFlags,
    flags_new: String(applicationFlags),
    redirect_uris: [],
    interactions_endpoint_url: more.interactionsEndpointUrl ?? null,
    role_connections_verification_url: null,
    owner: state.users.get(identity.ownerId),
    approximate_guild_count: state.members.guildIds(userId).length,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
    ...more.profile,
  };
}

/** The application of the calling bot, and where its Gateway is. */
export const APPLICATION: readonly DiscordRoute[] = [
  { method: "GET", path: "/gateway", auth: "none", handle: (call) => reply({ url: gatewayUrl(call) }) },
  {
    method: "GET",
    path: "/gateway/bot",
    auth: "bot",
    handle: (call) =>
      reply({
        url: gatewayUrl(call),
        shards: 1,
        session_start_limit: call.world.sessionStarts.limitOf(callingBot(call).userId),
      }),
  },
  { method: "GET", path: "/applications/@me", auth: "bot", handle: (call) => reply(describeApplication(call)) },
  {
    method: "PATCH",
    path: "/applications/@me",
    auth: "bot",
    takesBody: true,
    async handle(call) {
      return (await changeApplication(call)) ?? replyWritten(200, describeApplication(call));
    },
  },
  { method: "GET", path: "/oauth2/applications/@me", auth: "bot", handle: (call) => reply(describeApplication(call)) },
];
