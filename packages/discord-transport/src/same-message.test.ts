import { describe, expect, test } from "vitest";
import { type SentMessage, saysTheSame } from "./same-message.ts";

const SENT: SentMessage = {
  message: {
    content: "  disk full\r\non db1 ",
    embeds: [
      {
        title: " Disk full ",
        description: "/var is at **97 %**\n",
        color: 0xd32f2f,
        timestamp: "2026-11-22T04:00:00.000Z",
        author: { name: "db1 " },
        footer: { text: " tocsin" },
        fields: [{ name: "host ", value: " db1" }],
      },
      { image: { url: "attachment://graph.png" } },
    ],
    components: [{ type: 1, components: [{ type: 2, style: 1, label: "Acknowledge", custom_id: "ack:1" }] }] as never,
  },
  files: [{ name: "graph of db1.png", base64: "" }],
};

/** The same as Discord gives it back. */
const FOUND = {
  content: "disk full\non db1",
  embeds: [
    {
      type: "rich",
      title: "Disk full",
      description: "/var is at **97 %**",
      color: 0xd32f2f,
      timestamp: "2026-11-22T04:00:00+00:00",
      author: { name: "db1", proxy_icon_url: "https://example.org" },
      footer: { text: "tocsin" },
      fields: [{ name: "host", value: "db1", inline: false }],
      content_scan_version: 1,
    },
  ],
  components: [
    { type: 1, id: 1, components: [{ type: 2, id: 2, style: 1, label: "Acknowledge", custom_id: "ack:1" }] },
  ],
  attachments: [{ id: "1", filename: "graph_of_db1.png", size: 0 }],
};

const says = (found: object, sent = SENT): boolean => saysTheSame(sent, { ...FOUND, ...found } as never);
const [EMBED] = FOUND.embeds;

test("knows a message again that Discord trimmed, completed and cleaned", () => {
  expect(says({})).toBe(true);
});

describe("tells from it a message", () => {
  test.each([
    ["with another text", { content: "disk full\non db2" }],
    ["without a text", { content: "" }],
    ["without its embed", { embeds: [] }],
    ["with one more embed", { embeds: [EMBED, EMBED] }],
    ["with another title", { embeds: [{ ...EMBED, title: "Disk" }] }],
    ["with another description", { embeds: [{ ...EMBED, description: "/var is at 98 %" }] }],
    ["of another colour", { embeds: [{ ...EMBED, color: 1 }] }],
    ["of another moment", { embeds: [{ ...EMBED, timestamp: "2026-11-22T04:00:01+00:00" }] }],
    ["with another author", { embeds: [{ ...EMBED, author: { name: "db2" } }] }],
    ["with another footer", { embeds: [{ ...EMBED, footer: { text: "else" } }] }],
    ["with another field", { embeds: [{ ...EMBED, fields: [{ name: "host", value: "db2" }] }] }],
    ["without its fields", { embeds: [{ ...EMBED, fields: undefined }] }],
    ["without its components", { components: [] }],
    [
      "with another button",
      { components: [{ type: 1, components: [{ type: 2, label: "Acknowledge", custom_id: "ack:2" }] }] },
    ],
    ["without its file", { attachments: [] }],
    ["with another file", { attachments: [{ filename: "graph.png" }] }],
    ["with a poll", { poll: { question: { text: "roll back?" } } }],
    ["that is a reply", { message_reference: { message_id: "1" } }],
  ])("%s", (_name, found) => {
    expect(says(found)).toBe(false);
  });
});

test("lets previews follow where a text has a link, and nowhere else", () => {
  const preview = { type: "link", title: "Runbook", url: "https://example.org/" };
  const sent = { message: { content: "see https://example.org" } };
  const found = { content: "see https://example.org", embeds: [preview], components: [], attachments: [] };
  expect(says(found, sent)).toBe(true);
  expect(says({ ...found, content: "see" }, { message: { content: "see" } })).toBe(false);
});

test("a reply may stand alone, since what it replied to may have been gone, but never replies to another", () => {
  const sent = { ...SENT, replyTo: "1" };
  expect(says({}, sent)).toBe(true);
  expect(says({ message_reference: { message_id: "1" } }, sent)).toBe(true);
  expect(says({ message_reference: { message_id: "2" } }, sent)).toBe(false);
});

test("tells messages of components V2 by their texts, however deep", () => {
  const card = (content: string) => [{ type: 17, components: [{ type: 9, components: [{ type: 10, content }] }] }];
  const sent: SentMessage = { message: { components: card("db1 is down ") as never, flags: (1 << 15) as never } };
  const found = { content: "", embeds: [], attachments: [] };
  expect(says({ ...found, components: card("db1 is down") }, sent)).toBe(true);
  expect(says({ ...found, components: card("db2 is down") }, sent)).toBe(false);
});

test("takes composed and decomposed letters, invisible characters and spaces for the same", () => {
  const found = { embeds: [], components: [], attachments: [] };
  expect(
    says({ ...found, content: "Zu\u0308rich: a b" }, { message: { content: "Z\u00FCrich:\u200B  a\u00A0b" } }),
  ).toBe(true);
});

test("expects nothing of what it reads", () => {
  for (const found of [{}, { content: null, embeds: [null, 1], components: "x", attachments: undefined }]) {
    expect(saysTheSame(SENT, found as never)).toBe(false);
  }
  expect(saysTheSame({ message: {} }, {} as never)).toBe(true);
});
