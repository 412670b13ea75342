import { describe, expect, test } from "vitest";
import type { DiscordOperation } from "./transport.ts";
import { toWebhookBody, toWebhookPlace } from "./webhook-request.ts";
import { parseWebhookUrl, type Webhook } from "./webhook-url.ts";

const THREAD = "234567890123456789";
const MESSAGE = "345678901234567890";
const webhook = parseWebhookUrl("https://discord.com/api/webhooks/123456789012345678/token-1") as Webhook;
const COMPONENTS = [
  { type: 1, components: [{ type: 2, style: 5, label: "Runbook", url: "https://example.org" }] },
] as never[];

const request = (operation: DiscordOperation, of = webhook) => {
  const place = toWebhookPlace(of, operation);
  if (place.kind === "impossible") return place;
  const { kind, channelId, threadId, ...rest } = place;
  const { json } = toWebhookBody(operation);
  return { ...rest, body: json === undefined ? undefined : JSON.parse(json) };
};

describe("a send", () => {
  test("asks for the message and mentions nobody", () => {
    expect(request({ kind: "send", message: { content: "@everyone" } })).toEqual({
      method: "POST",
      template: "/webhooks/{webhook.id}/{webhook.token}",
      path: "/webhooks/123456789012345678/token-1",
      query: { wait: "true" },
      body: { content: "@everyone", allowed_mentions: { parse: [] } },
    });
  });

  test("mentions whom the message allows", () => {
    const message = { content: "<@&1>", allowed_mentions: { roles: ["1"] } };
    expect(request({ kind: "send", message })).toMatchObject({ body: message });
  });

  test("goes into a thread", () => {
    expect(request({ kind: "send", threadId: THREAD, message: { content: "x" } })).toMatchObject({
      query: { thread_id: THREAD },
    });
  });

  test("opens a forum post with its tags", () => {
    const operation = {
      kind: "send",
      threadName: "disk full",
      appliedTagIds: ["7"],
      message: { content: "x" },
    } as const;
    expect(request(operation)).toMatchObject({
      query: { wait: "true" },
      body: { content: "x", thread_name: "disk full", applied_tags: ["7"] },
    });
  });

  test("turns components on when it has some, since Discord ignores them otherwise", () => {
    expect(request({ kind: "send", message: { components: COMPONENTS } })).toMatchObject({
      query: { with_components: "true" },
    });
    expect(request({ kind: "send", message: { content: "x", components: [] } })).toMatchObject({
      query: { wait: "true" },
    });
  });

  test("rewrites a name that Discord forbids, and leaves an empty one out", () => {
    expect(request({ kind: "send", message: { content: "x", username: "Discord" } })).toMatchObject({
      body: { username: "Dis-cord" },
    });
    const { body } = request({ kind: "send", message: { content: "x", username: " " } }) as { body: object };
    expect(body).not.toHaveProperty("username");
  });
});

describe("an edit", () => {
  test("replaces the whole message: what it does not have is cleared", () => {
    expect(request({ kind: "edit", messageId: MESSAGE, message: { embeds: [{ title: "resolved" }] } })).toEqual({
      method: "PATCH",
      template: "/webhooks/{webhook.id}/{webhook.token}/messages/{message.id}",
      path: `/webhooks/123456789012345678/token-1/messages/${MESSAGE}`,
      query: { with_components: "true" },
      body: {
        content: null,
        embeds: [{ title: "resolved" }],
        components: [],
        attachments: [],
        allowed_mentions: { parse: [] },
      },
    });
  });

  test("leaves out what only a new message can have", () => {
    const message = {
      content: "x",
      username: "a",
      avatar_url: "https://example.org/a.png",
      tts: true,
      flags: 4096 | 4,
    };
    const { body } = request({ kind: "edit", messageId: MESSAGE, message }) as { body: object };
    expect(Object.keys(body).sort()).toEqual(
      ["allowed_mentions", "attachments", "components", "content", "embeds", "flags"].sort(),
    );
    expect(body).toMatchObject({ flags: 4 });
  });

  test("names the thread that the message is in", () => {
    expect(request({ kind: "edit", messageId: MESSAGE, threadId: THREAD, message: {} })).toMatchObject({
      query: { thread_id: THREAD },
    });
  });
});

test("a delete has no body", () => {
  expect(request({ kind: "delete", messageId: MESSAGE, threadId: THREAD })).toEqual({
    method: "DELETE",
    template: "/webhooks/{webhook.id}/{webhook.token}/messages/{message.id}",
    path: `/webhooks/123456789012345678/token-1/messages/${MESSAGE}`,
    query: { thread_id: THREAD },
    body: undefined,
  });
});

describe("the thread of the webhook's address", () => {
  const threaded: Webhook = { ...webhook, threadId: THREAD };

  test("is used where the operation names none", () => {
    for (const operation of [
      { kind: "send", message: { content: "x" } },
      { kind: "edit", messageId: MESSAGE, message: {} },
      { kind: "delete", messageId: MESSAGE },
    ] as const) {
      expect(request(operation, threaded)).toMatchObject({ query: { thread_id: THREAD } });
    }
  });

  test("gives way to a thread or a new post of the operation", () => {
    expect(request({ kind: "send", threadId: "1", message: {} }, threaded)).toMatchObject({
      query: { thread_id: "1" },
    });
    expect(request({ kind: "send", threadName: "new", message: {} }, threaded)).toHaveProperty("query", {
      wait: "true",
    });
  });
});

test.each([
  { kind: "send", threadId: "../1", message: {} },
  { kind: "edit", messageId: "", message: {} },
  { kind: "delete", messageId: "1/../../2" },
  { kind: "delete", messageId: "1", threadId: "general" },
] as const)("refuses ids that are none: %j", (operation) => {
  expect(toWebhookPlace(webhook, operation)).toMatchObject({ kind: "impossible" });
});
