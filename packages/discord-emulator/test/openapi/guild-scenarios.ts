import { control } from "../support.ts";
import type { Scenario } from "./world.ts";

export const GUILD_SCENARIOS: readonly Scenario[] = [
  {
    name: "the bot learns who it is and where it is",
    async run({ contract, emulator }) {
      const { guild_id, users } = emulator.description;
      await contract.call("GET", "/gateway", undefined, { authorization: null });
      await contract.call("GET", "/gateway/bot");
      await contract.call("GET", "/users/@me");
      await contract.call("PATCH", "/users/@me", { username: "bell" });
      await contract.call("GET", "/users/@me/guilds?with_counts=true");
      await contract.call("GET", "/applications/@me");
      await contract.call("GET", "/oauth2/applications/@me");
      await contract.call("GET", `/users/${users.alice.id}`);
      await contract.call("GET", `/guilds/${guild_id}?with_counts=true`);
      await contract.call("GET", `/guilds/${guild_id}/channels`);
    },
  },
  {
    name: "channels are made, changed and opened to some",
    async run({ contract, emulator }) {
      const { guild_id, users } = emulator.description;
      const channel = (await contract.call("POST", `/guilds/${guild_id}/channels`, { name: "c", topic: "t" })).json;
      const path = `/channels/${channel.id}`;
      await contract.call("PATCH", path, {
        name: "d",
        topic: null,
        rate_limit_per_user: 5,
        default_auto_archive_duration: 60,
      });
      await contract.call("PUT", `${path}/permissions/${users.alice.id}`, { type: 1, allow: 2048, deny: 0 });
      await contract.call("GET", path);
      await contract.call("DELETE", `${path}/permissions/${users.alice.id}`);
      await contract.call("DELETE", path);
    },
  },
  {
    name: "roles are made, ordered, given and taken",
    async run({ contract, emulator }) {
      const { guild_id, users } = emulator.description;
      const path = `/guilds/${guild_id}/roles`;
      const role = (await contract.call("POST", path, { name: "on call", color: 1, hoist: true, mentionable: true }))
        .json;
      await contract.call("GET", path);
      await contract.call("GET", `${path}/${role.id}`);
      await contract.call("PATCH", path, [{ id: role.id, position: 1 }]);
      await contract.call("PATCH", `${path}/${role.id}`, { name: "off call" });
      const member = `/guilds/${guild_id}/members/${users.alice.id}/roles/${role.id}`;
      await contract.call("PUT", member);
      await contract.call("DELETE", member);
      await contract.call("DELETE", `${path}/${role.id}`);
    },
  },
  {
    name: "members are listed, found, named and silenced",
    async run({ contract, emulator }) {
      const { guild_id, users } = emulator.description;
      const path = `/guilds/${guild_id}/members`;
      await contract.call("GET", `${path}?limit=1000&after=0`);
      await contract.call("GET", `${path}/search?query=alice&limit=1000`);
      await contract.call("GET", `${path}/${users.alice.id}`);
      const change = { nick: "Al", communication_disabled_until: "2020-01-01T00:00:00Z" };
      await contract.call("PATCH", `${path}/${users.alice.id}`, change);
      await contract.call("PATCH", `${path}/@me`, { nick: "Bell" });
    },
  },
  {
    name: "somebody is written to directly, and a guild is left",
    async run({ contract, emulator }) {
      const { users } = emulator.description;
      const direct = (await contract.call("POST", "/users/@me/channels", { recipient_id: users.alice.id })).json;
      await contract.call("POST", `/channels/${direct.id}/messages`, { content: "c" });
      await contract.call("GET", `/channels/${direct.id}`);
      await contract.call("DELETE", `/channels/${direct.id}`);
      const other = await control(emulator, "POST", "/bots", { name: "other" });
      const authorization = `Bot ${other.bot_token}`;
      await contract.call("DELETE", `/users/@me/guilds/${emulator.description.guild_id}`, undefined, { authorization });
    },
  },
];
