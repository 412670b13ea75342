import { type Scenario, say, withFile } from "./world.ts";

const V2 = 1 << 15;
const embed = {
  title: "t",
  description: "d",
  url: "https://example.org",
  color: 1,
  timestamp: "2026-01-01T00:00:00Z",
  footer: { text: "f", icon_url: "https://example.org/f.png" },
  author: { name: "a", url: "https://example.org" },
  image: { url: "https://example.org/i.png" },
  thumbnail: { url: "https://example.org/t.png" },
  fields: [{ name: "n", value: "v", inline: true }],
};
const row = {
  type: 1,
  components: [
    { type: 2, style: 1, label: "Acknowledge", custom_id: "ack", emoji: { name: "✅" } },
    { type: 2, style: 5, label: "Open", url: "https://example.org" },
  ],
};
const selects = [
  { type: 1, components: [{ type: 3, custom_id: "s", placeholder: "p", options: [{ label: "l", value: "v" }] }] },
  { type: 1, components: [{ type: 5, custom_id: "u", min_values: 1, max_values: 2 }] },
  { type: 1, components: [{ type: 8, custom_id: "c", channel_types: [0] }] },
];
const layout = [
  { type: 10, content: "text" },
  {
    type: 9,
    components: [{ type: 10, content: "s" }],
    accessory: { type: 11, media: { url: "https://example.org/t.png" } },
  },
  { type: 12, items: [{ media: { url: "https://example.org/i.png" }, description: "d", spoiler: true }] },
  { type: 13, file: { url: "attachment://a.txt" } },
  { type: 14, divider: true, spacing: 2 },
  { type: 17, accent_color: 255, spoiler: false, components: [{ type: 10, content: "inside" }, row] },
];

export const MESSAGE_SCENARIOS: readonly Scenario[] = [
  {
    name: "messages of every kind are sent, read, edited and deleted",
    async run(world) {
      const { contract, emulator } = world;
      const { alerts, critical } = emulator.description.channels;
      const path = `/channels/${alerts.id}/messages`;
      const post = async (body: unknown) => (await contract.call("POST", path, body)).json;
      const plain = await post({ content: "c", nonce: "n", enforce_nonce: true, tts: false, flags: 4096 });
      await post({ embeds: [embed], allowed_mentions: { parse: [], replied_user: false } });
      await post({ content: "c", components: [row, ...selects] });
      await post(withFile({ content: "c", attachments: [{ id: "0", description: "d", is_spoiler: true }] }));
      await post(withFile({ flags: V2, components: layout }));
      const poll = {
        question: { text: "q" },
        answers: [{ poll_media: { text: "a", emoji: { name: "👍" } } }],
        duration: 1,
      };
      await post({ poll });
      const question = await say(world, alerts.id, "who is on call?");
      await post({ content: "me", message_reference: { message_id: question.id, fail_if_not_exists: false } });
      const reference = { type: 1, message_id: plain.id, channel_id: alerts.id };
      await contract.call("POST", `/channels/${critical.id}/messages`, { message_reference: reference });
      await contract.call("GET", `${path}?limit=100&before=${"9".repeat(18)}`);
      await contract.call("GET", `${path}/${plain.id}`);
      await contract.call("PATCH", `${path}/${plain.id}`, {
        content: "d",
        embeds: [embed],
        components: [row],
        flags: 4,
      });
      await contract.call("DELETE", `${path}/${plain.id}`);
      const doomed = [await post({ content: "1" }), await post({ content: "2" })].map(({ id }) => id);
      await contract.call("POST", `${path}/bulk-delete`, { messages: doomed });
      await contract.call("POST", `/channels/${alerts.id}/typing`);
    },
  },
  {
    name: "announcements are published",
    async run({ contract, emulator }) {
      const { guild_id } = emulator.description;
      const news = (await contract.call("POST", `/guilds/${guild_id}/channels`, { name: "news", type: 5 })).json;
      const message = (await contract.call("POST", `/channels/${news.id}/messages`, { content: "c" })).json;
      await contract.call("POST", `/channels/${news.id}/messages/${message.id}/crosspost`);
    },
  },
  {
    name: "messages are pinned, under both paths",
    async run({ contract, emulator }) {
      const { id } = emulator.description.channels.critical;
      const messages = `/channels/${id}/messages`;
      const message = (await contract.call("POST", messages, { content: "c" })).json;
      for (const pins of [`${messages}/pins`, `/channels/${id}/pins`]) {
        await contract.call("PUT", `${pins}/${message.id}`);
        await contract.call("GET", pins);
        await contract.call("DELETE", `${pins}/${message.id}`);
      }
      await contract.call("GET", `${messages}/pins?limit=50&before=2030-01-01T00:00:00Z`);
      await contract.call("GET", messages);
    },
  },
  {
    name: "messages are reacted to, six ways",
    async run(world) {
      const { contract, emulator } = world;
      const { channels, users, emojis } = emulator.description;
      const { id } = await say(world, channels.alerts.id, "c");
      const message = `/channels/${channels.alerts.id}/messages/${id}`;
      const path = `${message}/reactions`;
      const emoji = encodeURIComponent("✅");
      for (const one of [emoji, emojis.thumbsup]) await contract.call("PUT", `${path}/${one}/@me`);
      await contract.call("GET", `${path}/${emoji}?limit=100&after=0&type=0`);
      await contract.call("GET", message);
      await contract.call("DELETE", `${path}/${emoji}/${users.bob.id}`);
      await contract.call("DELETE", `${path}/${emoji}/@me`);
      await contract.call("DELETE", `${path}/${emojis.thumbsup}`);
      await contract.call("DELETE", path);
    },
  },
];
