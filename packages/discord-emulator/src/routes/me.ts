import { refuse } from "../errors/refusal.ts";
import { reply } from "../http/answer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";
import type { User } from "../state/objects.ts";

function gatewayUrl({ world }: Call): string {
  return `${world.baseUrl().replace("http://", "ws://")}/`;
}

function getBot({ world }: Call): User {
  return world.state.users.get(world.identity.botUserId) as User;
}

function describeApplication(call: Call) {
  const { identity, state } = call.world;
  const bot = getBot(call);
  return {
    id: identity.applicationId,
    name: bot.username,
    icon: null,
    description: "",
    type: null,
    bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: identity.publicKey,
    flags: 0,
    flags_new: "0",
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: state.users.get(identity.ownerId),
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  };
}

/** Who the bot is, and where its gateway would be. */
export const ME: readonly DiscordRoute[] = [
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
  {
    method: "GET",
    path: "/users/@me",
    auth: "bot",
    handle: (call) =>
      reply({
        ...getBot(call),
        mfa_enabled: true,
        locale: "en-US",
        verified: true,
        email: null,
        banner: null,
        accent_color: null,
        premium_type: 0,
      }),
  },
  {
    method: "GET",
    path: "/users/@me/guilds",
    auth: "bot",
    handle: ({ world }) =>
      reply([
        {
          id: world.identity.guildId,
          name: "Tocsin",
          icon: null,
          banner: null,
          owner: false,
          permissions: "8",
          features: [],
        },
      ]),
  },
  { method: "GET", path: "/applications/@me", auth: "bot", handle: (call) => reply(describeApplication(call)) },
  { method: "GET", path: "/oauth2/applications/@me", auth: "bot", handle: (call) => reply(describeApplication(call)) },
  {
    method: "GET",
    path: "/users/:user_id",
    auth: "bot",
    handle({ world, params }) {
      const user = world.state.users.get(params.user_id as string);
      return user ? reply(user) : refuse(10013);
    },
  },
];
