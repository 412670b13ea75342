import { type Scenario, say, withFile } from "./world.ts";

export const THREAD_SCENARIOS: readonly Scenario[] = [
  {
    name: "threads are started, changed, listed and deleted",
    async run(world) {
      const { contract, emulator } = world;
      const { guild_id, channels } = emulator.description;
      const { id } = channels.alerts;
      const message = await say(world, id, "disk full");
      const plan = { name: "t", auto_archive_duration: 60, rate_limit_per_user: 5 };
      const started = (await contract.call("POST", `/channels/${id}/messages/${message.id}/threads`, plan)).json;
      const open = (await contract.call("POST", `/channels/${id}/threads`, { ...plan, type: 11 })).json;
      const secret = (await contract.call("POST", `/channels/${id}/threads`, { ...plan, invitable: false })).json;
      await contract.call("GET", `/channels/${id}/messages`);
      await contract.call("POST", `/channels/${started.id}/messages`, { content: "c" });
      await contract.call("GET", `/channels/${started.id}/messages`);
      await contract.call("GET", `/guilds/${guild_id}/threads/active`);
      await contract.call("PATCH", `/channels/${open.id}`, { name: "u", locked: true, archived: true });
      await contract.call("PATCH", `/channels/${secret.id}`, { archived: true, invitable: true });
      const archived = `/channels/${id}/threads/archived`;
      await contract.call("GET", `${archived}/public?limit=100&before=2030-01-01T00:00:00Z`);
      await contract.call("GET", `${archived}/private`);
      await contract.call("GET", `/channels/${id}/users/@me/threads/archived/private?limit=2&before=${"9".repeat(18)}`);
      await contract.call("GET", `/channels/${open.id}`);
      await contract.call("DELETE", `/channels/${open.id}`);
    },
  },
  {
    name: "threads are joined and left",
    async run({ contract, emulator }) {
      const { channels, users } = emulator.description;
      const thread = (await contract.call("POST", `/channels/${channels.alerts.id}/threads`, { name: "t", type: 11 }))
        .json;
      const path = `/channels/${thread.id}/thread-members`;
      await contract.call("DELETE", `${path}/@me`);
      await contract.call("PUT", `${path}/@me`);
      await contract.call("PUT", `${path}/${users.alice.id}`);
      await contract.call("GET", path);
      await contract.call("GET", `${path}?with_member=true&limit=100&after=0`);
      await contract.call("GET", `${path}/${users.alice.id}?with_member=true`);
      await contract.call("DELETE", `${path}/${users.alice.id}`);
    },
  },
  {
    name: "forums get tags, and posts with them",
    async run({ contract, emulator }) {
      const path = `/guilds/${emulator.description.guild_id}/channels`;
      const available_tags = [{ name: "firing", moderated: true, emoji_name: "🔥" }, { name: "resolved" }];
      const wish = {
        name: "alerts",
        type: 15,
        topic: "t",
        available_tags,
        default_sort_order: 0,
        default_forum_layout: 1,
      };
      const forum = (await contract.call("POST", path, wish)).json;
      const [firing] = forum.available_tags;
      const change = {
        available_tags: [{ ...firing, name: "burning" }],
        flags: 16,
        default_reaction_emoji: { emoji_name: "👀" },
      };
      await contract.call("PATCH", `/channels/${forum.id}`, change);
      const body = { name: "p", applied_tags: [firing.id], message: { content: "c" }, auto_archive_duration: 1440 };
      const post = (await contract.call("POST", `/channels/${forum.id}/threads`, body)).json;
      await contract.call("POST", `/channels/${forum.id}/threads`, withFile({ ...body, message: {} }));
      await contract.call("PATCH", `/channels/${post.id}`, { applied_tags: [firing.id], flags: 2 });
      await contract.call("GET", `/channels/${post.id}`);
      await contract.call("GET", `/channels/${forum.id}`);
      const media = (await contract.call("POST", path, { name: "pictures", type: 16 })).json;
      await contract.call("GET", path);
      await contract.call("DELETE", `/channels/${media.id}`);
    },
  },
];
