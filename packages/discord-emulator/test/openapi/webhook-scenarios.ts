import { type Scenario, withFile } from "./world.ts";

const nobody = { authorization: null };

/** Path of a webhook below the API's version. */
function pathOf(webhookUrl: string): string {
  return new URL(webhookUrl).pathname.replace(/^\/api/, "");
}

export const WEBHOOK_SCENARIOS: readonly Scenario[] = [
  {
    name: "webhooks are made, listed, changed and deleted, by the bot and by their token",
    async run({ contract, emulator }) {
      const { guild_id, channels } = emulator.description;
      const path = `/channels/${channels.critical.id}/webhooks`;
      const avatar = "data:image/png;base64,AAAA";
      const webhook = (await contract.call("POST", path, { name: "w", avatar })).json;
      await contract.call("GET", path);
      await contract.call("GET", `/guilds/${guild_id}/webhooks`);
      await contract.call("GET", `/webhooks/${webhook.id}`);
      await contract.call("PATCH", `/webhooks/${webhook.id}`, {
        name: "x",
        avatar: null,
        channel_id: channels.alerts.id,
      });
      const byToken = `/webhooks/${webhook.id}/${webhook.token}`;
      await contract.call("GET", byToken, undefined, nobody);
      await contract.call("PATCH", byToken, { name: "y" }, nobody);
      await contract.call("DELETE", byToken, undefined, nobody);
      const other = (await contract.call("POST", path, { name: "w" })).json;
      await contract.call("DELETE", `/webhooks/${other.id}`);
    },
  },
  {
    name: "webhooks post, read, edit and delete",
    async run({ contract, emulator }) {
      const { alerts, forum } = emulator.description.channels;
      const path = pathOf(alerts.webhook_url);
      const body = { content: "c", username: "u", avatar_url: "https://example.org/a.png", embeds: [{ title: "t" }] };
      await contract.call("POST", path, body, nobody);
      const sent = (await contract.call("POST", `${path}?wait=true`, withFile(body), nobody)).json;
      const link = { type: 1, components: [{ type: 2, style: 5, label: "Open", url: "https://example.org" }] };
      await contract.call("POST", `${path}?wait=true&with_components=true`, { components: [link] }, nobody);
      const message = `${path}/messages/${sent.id}`;
      await contract.call("GET", message, undefined, nobody);
      await contract.call("PATCH", `${message}?with_components=true`, { content: "d", components: [link] }, nobody);
      await contract.call("DELETE", message, undefined, nobody);
      const posts = pathOf(forum.webhook_url);
      const post = (await contract.call("POST", `${posts}?wait=true`, { content: "c", thread_name: "p" }, nobody)).json;
      await contract.call("POST", `${posts}?wait=true&thread_id=${post.channel_id}`, { content: "c" }, nobody);
      await contract.call("GET", `${posts}/messages/${post.id}?thread_id=${post.channel_id}`, undefined, nobody);
    },
  },
  {
    name: "webhooks take the formats of Slack and GitHub",
    async run({ contract, emulator }) {
      const path = pathOf(emulator.description.channels.alerts.webhook_url);
      const slack = { text: "t", username: "u", attachments: [{ title: "t", text: "x", color: "#2fa44f" }] };
      await contract.call("POST", `${path}/slack`, slack, nobody);
      const github = {
        ref: "refs/heads/main",
        repository: { id: 1, html_url: "https://example.org/r", name: "r", full_name: "o/r" },
        sender: { id: 1, login: "a", html_url: "https://example.org/a", avatar_url: "https://example.org/a.png" },
        commits: [],
      };
      const headers = { "x-github-event": "push" };
      await contract.call("POST", `${path}/github`, github, { ...nobody, headers });
    },
  },
];
