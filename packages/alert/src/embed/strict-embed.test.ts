import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, expectStrict, textsOf } from "../../test/count-embeds.ts";
import { BOUNDED, hostileText } from "../../test/hostile-text.ts";
import { hostileView, viewOf } from "../../test/views.ts";
import { renderAlert } from "./render-alert.ts";

function strict(input: object) {
  const { message, cuts } = renderAlert(viewOf(input), {
    isStrict: true,
    username: "x",
    avatarUrl: "https://example.org/",
  });
  const [embed] = message.embeds;
  if (embed === undefined) throw new Error("no embed");
  return { message, embed, cuts };
}

test("a second try says what it is about in plain text, under the sender's own name", () => {
  const { message, cuts } = strict({
    title: "checkout\u200d \u202eslow \u2800\u3000now",
    message: "see [the page](https://example.org/a) or <https://example.org/b>",
    severity: "warn",
    occurred_at: "2023-12-31T22:00:00Z",
    context: { service: "checkout", "\u200b": "x", blank: "\u2060" },
    links: [{ label: "Runbook", url: "https://example.org/run" }],
    action_hint: "restart 👩‍👩‍👧 it",
  });
  expectStrict(message);
  expect(message).toEqual({
    embeds: [
      {
        title: "⚠ checkout slow  now",
        description: "see [the page] (https://example.org/a) or https://example.org/b",
        color: 0xf59e0b,
        fields: [
          { name: "severity", value: "warn", inline: true },
          { name: "status", value: "active", inline: true },
          { name: "service", value: "checkout", inline: true },
          { name: "links", value: "[Runbook] (https://example.org/run)", inline: false },
          { name: "action_hint", value: "restart 👩👩👧 it", inline: false },
        ],
        footer: { text: "alt_123" },
        timestamp: "2024-01-01T00:00:00.000Z",
      },
    ],
    allowed_mentions: { parse: [] },
  });
  expect(cuts).toEqual([{ path: "/embeds/0/fields", fromCount: 7, toCount: 5 }]);
});

describe("what is too much", () => {
  test("goes in this order: other fields, then the description, never what is needed to act", () => {
    const context = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, "v".repeat(300)]));
    const { message, embed, cuts } = strict({
      title: "t".repeat(323),
      message: "m".repeat(13_000),
      context,
      action_hint: "h".repeat(2000),
    });
    expectStrict(message);
    expect(embed.fields.map((field) => field.name)).toEqual(["severity", "status", "key0", "key1", "action_hint"]);
    expect(embed.fields.at(-1)?.value).toHaveLength(200);
    expect(embed.description).toHaveLength(1000);
    expect(embed.title).toHaveLength(200);
    expect(cuts).toEqual([
      { path: "/embeds/0/fields", fromCount: 103, toCount: 5 },
      { path: "/embeds/0/title", fromCount: 325, toCount: 200 },
      { path: "/embeds/0/description", fromCount: 13_000, toCount: 1000 },
      { path: "/embeds/0/fields/2/value", fromCount: 300, toCount: 200 },
      { path: "/embeds/0/fields/3/value", fromCount: 300, toCount: 200 },
      { path: "/embeds/0/fields/4/value", fromCount: 2000, toCount: 200 },
    ]);
  });

  test("counts by what a character takes in any counting", () => {
    const { message, embed } = strict({ title: "🔥".repeat(300), message: "🔥".repeat(3000) });
    expectStrict(message);
    expect(embed.description?.length).toBeGreaterThan(990);
    expect(count(embed.description ?? "")).toBeLessThan(510);
  });

  test("of links are whole addresses", () => {
    const links = Array.from({ length: 5 }, (_, index) => ({ url: `https://example.org/${index}${"x".repeat(69)}` }));
    const { embed } = strict({ title: "x", links });
    const value = embed.fields.find((field) => field.name === "links")?.value;
    expect(value).toBe(`${links[0]?.url}\n${links[1]?.url}`);
  });

  test("is cut so that a code block is closed", () => {
    const { embed } = strict({ title: "x", message: `\`\`\`js\n${"x".repeat(9000)}` });
    expect(embed.description?.endsWith("x\n```")).toBe(true);
  });
});

test("no alert, however hostile, makes a second try that could be refused", () => {
  const options = { isStrict: true, username: "x", avatarUrl: "x", traceId: "t", isSilent: true };
  fc.assert(
    fc.property(hostileView(), hostileText(3000), (view, notice) => {
      const { message, cuts } = renderAlert(view, { ...options, notice });
      expectStrict(message);
      const [embed] = message.embeds;
      const [severity, status] = embed?.fields ?? [];
      expect(severity).toEqual({ name: "severity", value: view.alert.severity, inline: true });
      expect(status?.name).toBe("status");
      expect(status?.value.split(" ")[0]).toBe(view.alert.status);
      expect(embed?.footer.text).toBe(`${view.id} · trace t`);
      expect(embed?.timestamp).toBe(new Date(view.createdAt).toISOString());
      expect(textsOf(embed ?? {}).join("")).not.toBe("");
      for (const cut of cuts) expect(cut.toCount).toBeLessThan(cut.fromCount);
    }),
    { numRuns: 80, ...BOUNDED },
  );
});
