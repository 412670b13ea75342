import { reply } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute } from "../http/call.ts";
import type { User } from "../state/objects.ts";

function gatewayUrl({ world }: Call): string {
  return `${world.baseUrl().replace("http://", "ws://")}/`;
}

function describeApplication(call: Call) {
  const { identity, state } = call.world;
  const { applicationId, publicKey, applicationFlags, userId } = callingBot(call);
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
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: state.users.get(identity.ownerId),
    approximate_guild_count: state.members.guildIds(userId).length,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  };
}

/** The application of the calling bot, and where its gateway would be. */
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
        session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 },
      }),
  },
  { method: "GET", path: "/applications/@me", auth: "bot", handle: (call) => reply(describeApplication(call)) },
  { method: "GET", path: "/oauth2/applications/@me", auth: "bot", handle: (call) => reply(describeApplication(call)) },
];
