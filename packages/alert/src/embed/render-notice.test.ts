import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, expectAcceptableMessage, expectStrict, pingsOf } from "../../test/count-embeds.ts";
import { BOUNDED } from "../../test/hostile-text.ts";
import { CREATED_AT, hostileView, viewOf } from "../../test/views.ts";
import { type NoticeOptions, renderNotice } from "./render-notice.ts";

const INPUT = {
  title: "checkout error rate elevated",
  message: "5xx above 2 %",
  severity: "critical",
  context: "service=checkout env=prod",
  action_hint: "roll the deploy back",
};

const messageOf = (input: object, options: NoticeOptions, resolvedAt: number | null = null) =>
  renderNotice(viewOf(input, { resolvedAt }), options).message;

test("an escalation says from where to where and what to do, and pings whom it may", () => {
  const message = messageOf(INPUT, { kind: "escalated", previousSeverity: "warn", mentions: { roles: ["21"] } });
  expect(message).toEqual({
    content: "<@&21> 🚨 **Escalated to critical** (was warn): checkout error rate elevated",
    embeds: [
      {
        title: "🚨 checkout error rate elevated",
        description: "5xx above 2 %",
        color: 0xdc2626,
        fields: [
          { name: "severity", value: "critical (was warn)", inline: true },
          { name: "action_hint", value: "roll the deploy back", inline: false },
        ],
        footer: { text: "alt_123" },
        timestamp: "2024-01-01T00:00:00.000Z",
      },
    ],
    allowed_mentions: { parse: [], roles: ["21"] },
  });
  expect(pingsOf(message)).toEqual(["role 21"]);
});

test("a resolve says how long it lasted and when it ended, and asks for nothing", () => {
  const resolvedAt = CREATED_AT + 7_505_000;
  const message = messageOf({ ...INPUT, status: "resolved" }, { kind: "resolved", isSilent: true }, resolvedAt);
  expect(message.content).toBe("✅ **Resolved** after 2h 5m: checkout error rate elevated");
  expect(message.flags).toBe(4096);
  expect(message.embeds).toEqual([
    {
      title: "✅ checkout error rate elevated",
      color: 0x16a34a,
      fields: [
        { name: "severity", value: "critical", inline: true },
        { name: "status", value: "resolved after 2h 5m", inline: true },
      ],
      footer: { text: "alt_123" },
      timestamp: "2024-01-01T02:05:05.000Z",
    },
  ]);
});

test("a resolve whose time nobody knows says no more than that", () => {
  const message = messageOf({ ...INPUT, status: "resolved" }, { kind: "resolved" });
  expect(message.content).toBe("✅ **Resolved**: checkout error rate elevated");
  expect(message.embeds[0]?.timestamp).toBe("2024-01-01T00:00:00.000Z");
});

test("an alert that is back says so and what to do", () => {
  const message = messageOf(INPUT, { kind: "reopened", previousSeverity: "critical" });
  expect(message.content).toBe("🚨 **Active again**, critical: checkout error rate elevated");
  expect(message.embeds[0]?.fields.map(({ name, value }) => `${name}: ${value}`)).toEqual([
    "severity: critical",
    "status: active again",
    "action_hint: roll the deploy back",
  ]);
});

test("a change shows the message of now, and the severity that was", () => {
  const message = messageOf(INPUT, { kind: "changed", previousSeverity: "info" });
  expect(message.content).toBe("🚨 **Changed from info to critical**: checkout error rate elevated");
  expect(message.embeds[0]?.description).toBe("5xx above 2 %");
  expect(message.embeds[0]?.fields).toHaveLength(1);
  expect(messageOf({ title: "x", message: "x" }, { kind: "changed" }).embeds[0]).not.toHaveProperty("description");
  expect(renderNotice(viewOf({ title: "x", message: "x" }), { kind: "changed" }).cuts).toEqual([]);
  expect(messageOf({ title: "x" }, { kind: "changed" }).content).toBe("ℹ️ **Changed**: x");
});

test("is signed like the alert's own message", () => {
  const message = messageOf(INPUT, {
    kind: "changed",
    username: "tocsin",
    avatarUrl: "https://example.org/a.png",
    traceId: "4bf9",
  });
  expect(message).toMatchObject({ username: "tocsin", avatar_url: "https://example.org/a.png" });
  expect(message.embeds[0]?.footer.text).toBe("alt_123 · trace 4bf9");
});

describe("what an alert says", () => {
  test("pings nobody and links nowhere in the content", () => {
    const message = messageOf(
      { title: "@everyone <@7> <@&8> [x](https://example.org/a)\n# big" },
      { kind: "escalated" },
    );
    expect(message.content).toBe(
      "ℹ️ **Escalated to info**: @everyone \\<@7> \\<@&8> [x]\\(<https://example.org/a)> # big",
    );
    expect(pingsOf(message)).toEqual([]);
  });

  test("pings no more people than the caller named", () => {
    const message = messageOf({ title: "<@11> <@12> @everyone" }, { kind: "escalated", mentions: { users: ["11"] } });
    expect(new Set(pingsOf(message))).toEqual(new Set(["user 11"]));
  });

  test("is cut short and told", () => {
    const view = viewOf({ title: "t".repeat(323), message: `\`\`\`\n${"m".repeat(13_000)}\n\`\`\`` });
    const { message, cuts } = renderNotice(view, { kind: "changed" });
    expectAcceptableMessage(message);
    expect(count(message.content ?? "")).toBeLessThan(230);
    expect(message.embeds[0]?.description?.endsWith("m\n```")).toBe(true);
    expect(cuts).toEqual([
      { path: "/embeds/0/title", fromCount: 326, toCount: 200 },
      { path: "/embeds/0/description", fromCount: 13_008, toCount: 500 },
    ]);
  });

  test("has no secret", () => {
    const title = "POST /api/webhooks/1119355453625880591/a-secret-token failed";
    expect(JSON.stringify(messageOf({ title, message: `${title}!` }, { kind: "changed" }))).not.toContain(
      "a-secret-token",
    );
  });
});

test("however hostile the alert, no limit breaks and nobody is pinged", () => {
  const kind = fc.constantFrom("escalated", "reopened", "resolved", "changed");
  const previousSeverity = fc.constantFrom("info", "warn", "critical");
  fc.assert(
    fc.property(hostileView(0.5), kind, previousSeverity, fc.boolean(), (view, what, previous, isStrict) => {
      const { message, cuts } = renderNotice(view, { kind: what, previousSeverity: previous, isStrict });
      expectAcceptableMessage(message);
      if (isStrict) expectStrict(message);
      expect(pingsOf(message)).toEqual([]);
      expect(message.content?.split("\n")).toHaveLength(1);
      expect(message.embeds[0]?.footer.text).toBe(view.id);
      for (const cut of cuts) expect(cut.toCount).toBeLessThan(cut.fromCount);
    }),
    { numRuns: 100, ...BOUNDED },
  );
});
