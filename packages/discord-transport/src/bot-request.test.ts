import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBotBody, toBotPlace } from "./bot-request.ts";
import type { DiscordOperation } from "./transport.ts";

const CHANNEL = "123456789012345678";
const THREAD = "234567890123456789";
const MESSAGE = "345678901234567890";
const TEXT = { channelId: CHANNEL, isForum: false };
const FORUM = { channelId: CHANNEL, isForum: true };
const FILE = { name: "log.txt", base64: "NDI=", description: "the log", isSpoiler: true };

const request = (operation: DiscordOperation, home = TEXT) => {
  const place = toBotPlace(home, operation);
  if (place.kind === "impossible") return place;
  const { method, path, template, query } = place;
  const { json, files } = toBotBody(home, operation, "n1");
  return { method, path, template, query, body: json === undefined ? undefined : JSON.parse(json), files };
};

describe("a send", () => {
  test("carries the nonce that Discord enforces, and mentions nobody", () => {
    expect(request({ kind: "send", message: { content: "@everyone" } })).toEqual({
      method: "POST",
      path: `/channels/${CHANNEL}/messages`,
      template: "/channels/{channel.id}/messages",
      query: {},
      body: {
        content: "@everyone",
        allowed_mentions: { parse: [], replied_user: false },
        nonce: "n1",
        enforce_nonce: true,
      },
    });
  });

  test("goes into a thread", () => {
    const operation = { kind: "send", threadId: THREAD, message: { content: "x" } } as const;
    expect(request(operation)).toMatchObject({ path: `/channels/${THREAD}/messages` });
    expect(request(operation, FORUM)).toMatchObject({ path: `/channels/${THREAD}/messages`, body: { nonce: "n1" } });
  });

  test("replies, whether or not the other message is still there", () => {
    expect(request({ kind: "send", replyTo: MESSAGE, message: { content: "x" } })).toMatchObject({
      body: {
        message_reference: { message_id: MESSAGE, fail_if_not_exists: false },
        allowed_mentions: { replied_user: false },
      },
    });
  });

  test("mentions whom the message allows, the author replied to among them", () => {
    const allowed_mentions = { users: ["1"], replied_user: true };
    expect(request({ kind: "send", replyTo: MESSAGE, message: { content: "x", allowed_mentions } })).toMatchObject({
      body: { allowed_mentions: { parse: [], users: ["1"], replied_user: true } },
    });
  });

  test("leaves out the name and the picture, which are the account's", () => {
    const message = { content: "x", username: "a", avatar_url: "https://example.org/a.png" };
    const { body } = request({ kind: "send", message }) as { body: object };
    expect(Object.keys(body)).not.toContain("username");
    expect(Object.keys(body)).not.toContain("avatar_url");
  });

  test("describes its files, and has them beside the JSON", () => {
    expect(request({ kind: "send", message: { content: "x" }, files: [FILE] })).toMatchObject({
      body: { attachments: [{ id: "0", filename: "log.txt", description: "the log", is_spoiler: true }] },
      files: [FILE],
    });
  });

  test("of components V2 has neither content nor embeds, not even empty ones", () => {
    const message = { content: "", embeds: [], components: [{ type: 10, content: "x" }], flags: 1 << 15 } as never;
    const { body } = request({ kind: "send", message }) as { body: object };
    expect(Object.keys(body).sort()).toEqual(
      ["allowed_mentions", "components", "enforce_nonce", "flags", "nonce"].sort(),
    );
  });

  test("passes flags and polls on", () => {
    const poll = { question: { text: "roll back?" }, answers: [{ poll_media: { text: "yes" } }] };
    const message = { content: "x", poll, flags: (1 << 12) | (1 << 2) } as never;
    expect(request({ kind: "send", message })).toMatchObject({ body: { poll, flags: 4100 } });
  });
});

describe("a forum post", () => {
  test("is a thread with its message inside, and has no nonce", () => {
    const operation = {
      kind: "send",
      threadName: "disk full",
      appliedTagIds: ["7"],
      message: { content: "x" },
      files: [FILE],
    } as const;
    expect(request(operation, FORUM)).toEqual({
      method: "POST",
      path: `/channels/${CHANNEL}/threads`,
      template: "/channels/{channel.id}/threads",
      query: {},
      body: {
        name: "disk full",
        applied_tags: ["7"],
        message: {
          content: "x",
          attachments: [{ id: "0", filename: "log.txt", description: "the log", is_spoiler: true }],
          allowed_mentions: { parse: [], replied_user: false },
        },
      },
      files: [FILE],
    });
  });

  test("is nothing for a text channel, where Discord would drop the message", () => {
    expect(request({ kind: "send", threadName: "x", message: { content: "x" } })).toMatchObject({
      kind: "impossible",
      reason: "invalid-form",
    });
  });

  test("is what a forum takes: no message outside of one, and no thread of a message", () => {
    expect(request({ kind: "send", message: { content: "x" } }, FORUM)).toMatchObject({ reason: "invalid-form" });
    const start = { kind: "start-thread", messageId: MESSAGE, name: "x" } as const;
    expect(request(start, FORUM)).toMatchObject({ kind: "impossible", reason: "unsupported" });
  });
});

describe("an edit", () => {
  test("replaces the whole message: what it does not have is cleared", () => {
    expect(request({ kind: "edit", messageId: MESSAGE, message: { embeds: [{ title: "resolved" }] } })).toEqual({
      method: "PATCH",
      path: `/channels/${CHANNEL}/messages/${MESSAGE}`,
      template: "/channels/{channel.id}/messages/{message.id}",
      query: {},
      body: {
        content: null,
        embeds: [{ title: "resolved" }],
        components: [],
        attachments: [],
        allowed_mentions: { parse: [], replied_user: false },
      },
    });
  });

  test("to components V2 clears content and embeds, which Discord wants to be told", () => {
    const message = { content: "", components: [{ type: 10, content: "x" }], flags: (1 << 15) | (1 << 12) } as never;
    expect(request({ kind: "edit", messageId: MESSAGE, message })).toMatchObject({
      body: { content: null, embeds: [], flags: 1 << 15 },
    });
  });

  test("keeps the attachments that it lists beside its new files", () => {
    const message = { content: "x", attachments: [{ id: "456789012345678901" }] } as never;
    expect(request({ kind: "edit", messageId: MESSAGE, message, files: [FILE] })).toMatchObject({
      body: { attachments: [{ id: "456789012345678901" }, { id: "0", filename: "log.txt" }] },
      files: [FILE],
    });
  });
});

test.each([
  [
    { kind: "delete", messageId: MESSAGE, threadId: THREAD },
    ["DELETE", `/channels/${THREAD}/messages/${MESSAGE}`, "/channels/{channel.id}/messages/{message.id}", undefined],
  ],
  [
    { kind: "start-thread", messageId: MESSAGE, name: "incident", autoArchiveMinutes: 60 },
    [
      "POST",
      `/channels/${CHANNEL}/messages/${MESSAGE}/threads`,
      "/channels/{channel.id}/messages/{message.id}/threads",
      { name: "incident", auto_archive_duration: 60 },
    ],
  ],
  [
    { kind: "update-thread", threadId: THREAD, archived: true, locked: false, name: "x", appliedTagIds: [] },
    [
      "PATCH",
      `/channels/${THREAD}`,
      "/channels/{channel.id}",
      { archived: true, locked: false, name: "x", applied_tags: [] },
    ],
  ],
  [{ kind: "update-thread", threadId: THREAD }, ["PATCH", `/channels/${THREAD}`, "/channels/{channel.id}", {}]],
  [
    { kind: "react", messageId: MESSAGE, emoji: "✅" },
    [
      "PUT",
      `/channels/${CHANNEL}/messages/${MESSAGE}/reactions/%E2%9C%85/@me`,
      "/channels/{channel.id}/messages/{message.id}/reactions/{emoji}/@me",
      undefined,
    ],
  ],
] as const)("%j is one request", (operation, [method, path, template, body]) => {
  expect(request(operation)).toEqual({ method, path, template, query: {}, body });
});

test.each([
  { kind: "send", threadId: "../1", message: {} },
  { kind: "send", replyTo: "x", message: {} },
  { kind: "send", threadId: "1", threadName: "x", message: {} },
  { kind: "edit", messageId: "", message: {} },
  { kind: "delete", messageId: "1/../../2" },
  { kind: "delete", messageId: "1", threadId: "general" },
  { kind: "start-thread", messageId: "@me", name: "x" },
  { kind: "update-thread", threadId: "..", name: "x" },
  { kind: "update-thread", threadId: CHANNEL, name: "x" },
  { kind: "react", messageId: "1", emoji: "../../.." },
  { kind: "react", messageId: "1", emoji: "" },
] as const)("could lead elsewhere, so it makes no request: %j", (operation) => {
  expect(toBotPlace(TEXT, operation)).toMatchObject({ kind: "impossible", reason: "invalid-form" });
});

test("whatever ids and emoji say, a request stays where its template says", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("1", "..", "👍", "%2e%2e", "a/b"));
  fc.assert(
    fc.property(text, text, text, (messageId, threadId, emoji) => {
      const message = { content: "x" };
      const operations: readonly DiscordOperation[] = [
        { kind: "send", threadId, message },
        { kind: "edit", messageId, threadId, message },
        { kind: "delete", messageId, threadId },
        { kind: "start-thread", messageId, name: emoji },
        { kind: "update-thread", threadId, name: emoji },
        { kind: "react", messageId: "1", emoji },
        { kind: "react", messageId, threadId, emoji },
      ];
      for (const operation of operations) {
        const place = toBotPlace(TEXT, operation);
        if (place.kind === "impossible") continue;
        const { pathname, search, hash } = new URL(`https://discord.com/api/v10${place.path}`);
        expect([search, hash]).toEqual(["", ""]);
        const pattern = place.template.replaceAll(/\{\w+\.id\}/g, "\\d+").replace("{emoji}", "[^/]+");
        expect(pathname).toMatch(new RegExp(`^/api/v10${pattern}$`));
      }
    }),
  );
});
