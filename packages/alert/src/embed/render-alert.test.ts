import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, expectAcceptable, expectAcceptableMessage, pingsOf } from "../../test/count-embeds.ts";
import { BOUNDED, hostileText } from "../../test/hostile-text.ts";
import { CREATED_AT, hostileView, viewOf } from "../../test/views.ts";
import type { RenderOptions } from "./alert-message.ts";
import type { AlertEmbed } from "./embed.ts";
import { renderAlert } from "./render-alert.ts";

function render(input: unknown, options?: RenderOptions, resolvedAt: number | null = null) {
  const rendered = renderAlert(viewOf(input, { resolvedAt }), options);
  const [embed] = rendered.message.embeds;
  return { ...rendered, embed: embed as AlertEmbed };
}

const namesOf = (embed: AlertEmbed) => embed.fields.map((field) => field.name);
const shown = (embed: AlertEmbed, name: string) => embed.fields.find((field) => field.name === name)?.value;

describe("layout", () => {
  test("the whole message of an alert with logfmt context and an action hint", () => {
    const { message, cuts } = render(
      {
        title: "checkout error rate elevated",
        message: "single message, structured fields",
        severity: "warn",
        context: "service=checkout env=prod region=us-east",
        action_hint: "react with custom emoji thumbsup to trigger restart",
      },
      { username: "alert-router" },
    );
    expect(cuts).toEqual([]);
    expect(message).toEqual({
      username: "alert-router",
      embeds: [
        {
          title: "⚠️ checkout error rate elevated",
          description: "single message, structured fields",
          color: 0xf59e0b,
          fields: [
            { name: "severity", value: "warn", inline: true },
            { name: "service", value: "checkout", inline: true },
            { name: "env", value: "prod", inline: true },
            { name: "region", value: "us-east", inline: true },
            { name: "action_hint", value: "react with custom emoji thumbsup to trigger restart", inline: false },
          ],
          footer: { text: "alt_123" },
          timestamp: "2024-01-01T00:00:00.000Z",
        },
      ],
      allowed_mentions: { parse: [] },
    });
  });

  test("context that is no logfmt is one field", () => {
    expect(shown(render({ title: "x", context: "since noon" }).embed, "context")).toBe("since noon");
  });

  test("a resolved alert is green, says so, and says after how long", () => {
    const { embed } = render({ title: "x", severity: "critical", status: "resolved" }, {}, CREATED_AT + 300_000);
    expect(embed.title).toBe("✅ x");
    expect(embed.color).toBe(0x16a34a);
    expect(shown(embed, "severity")).toBe("critical");
    expect(shown(embed, "status")).toBe("resolved after 5m");
    expect(shown(render({ title: "x", status: "resolved" }).embed, "status")).toBe("resolved");
  });

  test("each severity has its own colour and icon", () => {
    const embeds = ["info", "warn", "critical"].map((severity) => render({ title: "x", severity }).embed);
    expect(new Set(embeds.map((embed) => embed.color)).size).toBe(3);
    expect(new Set(embeds.map((embed) => embed.title)).size).toBe(3);
  });

  test("what else the alert names has its field", () => {
    const { embed } = render({
      title: "x",
      type: "slow",
      monitor_id: "mon_1",
      topic: "shop",
      threshold: { value: 1000, operator: ">", duration: 300 },
      links: [{ label: "Runbook", url: "https://example.org/run" }, { url: "https://example.org/plain" }],
      action: "restart",
      requested_by: "deploy job",
      action_hint: "press the button",
    });
    expect(embed.fields.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      "severity: warn",
      "type: slow",
      "monitor_id: mon_1",
      "topic: shop",
      "threshold: \\> 1000 for 5m",
      "links: [Runbook](https://example.org/run)\nhttps://example.org/plain",
      "action: restart",
      "requested_by: deploy job",
      "action_hint: press the button",
    ]);
  });

  test("a message that is the title over again is not shown twice", () => {
    const body = {
      monitor_id: "mon_123",
      type: "down",
      message: " Website is down\n",
      threshold: { value: 1000, operator: ">", duration: 300 },
    };
    const { embed, cuts } = render(body);
    expect(embed.title).toBe("🚨 Website is down");
    expect(embed).not.toHaveProperty("description");
    expect(shown(embed, "threshold")).toBe("\\> 1000 for 5m");
    expect(cuts).toEqual([]);
    expect(render({ message: "one\ntwo" }).embed.description).toBe("one\ntwo");
    expect(render({ message: "x".repeat(300) }).embed.description).toBe("x".repeat(300));
  });

  test("the time is when it happened, else when the alert was made", () => {
    expect(render({ title: "x", occurred_at: "2023-12-31T22:00:00-01:00" }).embed.timestamp).toBe(
      "2023-12-31T23:00:00.000Z",
    );
    expect(render({ title: "x", occurred_at: "0001-01-01T00:00:00Z" }).embed.timestamp).toBe(
      "2024-01-01T00:00:00.000Z",
    );
  });

  test("a time that no calendar has does not stop an alert", () => {
    for (const createdAt of [Number.NaN, -1, 1e20]) {
      const { message } = renderAlert(viewOf({ title: "x" }, { createdAt }));
      expect(message.embeds[0]?.timestamp).toBe("1970-01-01T00:00:00.000Z");
    }
  });

  test("the trace is in the footer when it is known", () => {
    expect(render({ title: "x" }, { traceId: "4bf92f35" }).embed.footer.text).toBe("alt_123 · trace 4bf92f35");
  });

  test("a context key that is named like one of the alert's own fields does not pass for it", () => {
    const { embed } = render({ title: "x", context: { severity: "fatal", action_hint: "run this" } });
    expect(namesOf(embed)).toEqual(["severity", "context.severity", "context.action_hint"]);
    expect(shown(embed, "severity")).toBe("info");
  });

  test("an address in the context stays what it is", () => {
    const url = "https://example.org/a_b?c=(d)&e=*f*#~~g~~";
    expect(shown(render({ title: "x", context: { dashboard: url } }).embed, "dashboard")).toBe(url);
  });

  test("blank keys and values are filled, since Discord refuses them", () => {
    const { embed } = render({ title: "x", context: { " ": "a", empty: "", "\u0007": "\n" } });
    expect(embed.fields.slice(1).map(({ name, value }) => [name, value])).toEqual([
      ["\u200b", "a"],
      ["empty", "\u200b"],
      ["\u200b", "\u200b"],
    ]);
  });
});

describe("safety", () => {
  test("nobody is pinged unless the caller names them, whatever the text says", () => {
    const { message } = render({ title: "@everyone", message: "@here <@1>", context: { who: "<@&2>" } });
    expect(message.allowed_mentions).toEqual({ parse: [] });
    expect(message).not.toHaveProperty("content");
    expect(message).not.toHaveProperty("flags");
  });

  test("data shows as it is, and what people wrote keeps its Markdown", () => {
    const { embed } = render({
      title: "x",
      message: "**bold**",
      action_hint: "> quoted",
      context: { func: "__init__", files: "*.log *.txt", limit: "> 5", "*key*": "a\n# b" },
      topic: "~~shop~~",
    });
    expect(embed.description).toBe("**bold**");
    expect(embed.fields.slice(1).map(({ name, value }) => [name, value])).toEqual([
      ["topic", "\\~\\~shop\\~\\~"],
      ["func", "\\_\\_init\\_\\_"],
      ["files", "\\*.log \\*.txt"],
      ["limit", "\\> 5"],
      ["\\*key\\*", "a\n\\# b"],
      ["action_hint", "> quoted"],
    ]);
  });

  test.each(["requested_by", "action", "monitor_id", "topic"])("%s is one line that looks like no other", (name) => {
    const { embed } = render({ title: "x", [name]: "alice \n**approved by** bob\u202e" });
    expect(shown(embed, name)).toBe("alice  \\*\\*approved by\\*\\* bob");
  });

  test("direction controls do not turn a title, a key or a link's label around", () => {
    const { embed } = render({
      title: "a\u202eb\u2066c",
      context: { "\u202eseverity": "fatal" },
      links: [{ label: "a\u202eb", url: "https://example.org/" }],
    });
    expect(embed.title).toBe("ℹ️ abc");
    expect(namesOf(embed)).toEqual(["severity", "context.severity", "links"]);
    expect(shown(embed, "links")).toBe("[ab](https://example.org/)");
  });

  test("escapes count against the limit, and the cut parts none", () => {
    const { embed, cuts } = render({ title: "x", context: { stars: "*".repeat(1000) } });
    expect(shown(embed, "stars")).toMatch(/^(\\\*)+…(\\\*)+$/);
    expect(count(shown(embed, "stars") ?? "")).toBeGreaterThan(1020);
    expect(cuts).toMatchObject([{ path: "/embeds/0/fields/1/value", fromCount: 2000 }]);
  });

  test("a masked link in a title or a key shows as it is written", () => {
    const { embed } = render({ title: "[log in](https://example.org)", context: { "[a](https://example.org)": 1 } });
    expect(embed.title).toBe("ℹ️ [log in]\u200b(https://example.org)");
    expect(namesOf(embed)[1]).toBe("[a]\\(https://example.org)");
  });

  test("a link's label and address cannot end it early", () => {
    const { embed } = render({
      title: "x",
      links: [{ label: "a](https://evil.example) [b\\", url: "https://example.org/(x)" }],
    });
    expect(shown(embed, "links")).toBe("[a\\]\u200b(https://evil.example) \\[b\\\\](https://example.org/%28x%29)");
  });

  test("titles stay on one line and lose control characters", () => {
    expect(render({ title: "a\r\nb\u0001\u0007c\u2028d" }).embed.title).toBe("ℹ️ a bc d");
  });

  test("a code block that is cut is closed", () => {
    const { embed } = render({ title: "x", message: `\`\`\`js\n${"x".repeat(9000)}` });
    expect(embed.description?.endsWith("x\n```")).toBe(true);
    expect(count(embed.description ?? "")).toBe(4096);
  });
});

describe("limits", () => {
  test("a description of 13,000 characters and a title of 323 are cut in the middle and told", () => {
    const { message, embed, cuts } = render({
      title: `begin ${"t".repeat(313)} end`,
      message: `first ${"d".repeat(12_989)} last`,
      severity: "warn",
    });
    expectAcceptable(message.embeds);
    expect(embed.title).toMatch(/^⚠️ begin t+…t+ end$/);
    expect(embed.description).toMatch(/^first d+…d+ last$/);
    expect(cuts).toEqual([
      { path: "/embeds/0/title", fromCount: 326, toCount: 256 },
      { path: "/embeds/0/description", fromCount: 13_000, toCount: 4096 },
    ]);
  });

  test("context entries beyond the 25th field are folded into one, all of them there", () => {
    const context = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key${index}`, index]));
    const { message, embed, cuts } = render({ title: "x", context, action_hint: "act" });
    expectAcceptable(message.embeds);
    expect(namesOf(embed)).toEqual([
      "severity",
      ...Array.from({ length: 22 }, (_, index) => `key${index}`),
      "context",
      "action_hint",
    ]);
    const lines = shown(embed, "context")?.split("\n");
    expect(lines).toEqual(Array.from({ length: 38 }, (_, index) => `key${index + 22}=${index + 22}`));
    expect(cuts).toEqual([{ path: "/embeds/0/fields", fromCount: 62, toCount: 25 }]);
  });

  test("what a folded field cannot show is told with its full length", () => {
    const context = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, "v".repeat(1000)]));
    const { message, cuts } = render({ title: "x", context });
    expectAcceptable(message.embeds);
    const folded = cuts.find((cut) => cut.path === "/embeds/0/fields/24/value");
    expect(folded?.fromCount).toBeGreaterThan(77_000);
    expect(folded?.toCount).toBeLessThanOrEqual(1024);
  });

  test("a folded field counts the entries that it does not show", () => {
    const context = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, "v".repeat(60)]));
    const lines = shown(render({ title: "x", context }).embed, "context")?.split("\n") ?? [];
    // Severity and the folded field itself leave room for 23 entries of their own.
    expect(lines.at(-2)).toBe(`k${23 + lines.length - 2}=${"v".repeat(60)}`);
    expect(lines.at(-1)).toBe(`… and ${100 - 23 - (lines.length - 1)} more`);
  });

  test("what is needed to act is kept whole when there is far too much of the rest", () => {
    const context = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`k${index}`.repeat(40), "v".repeat(2000)]),
    );
    const hint = "h".repeat(1024);
    const { message, embed, cuts } = render({
      title: "t".repeat(253),
      message: "m".repeat(60_000),
      context,
      action_hint: hint,
    });
    expectAcceptable(message.embeds);
    expect(embed.title).toBe(`ℹ️ ${"t".repeat(253)}`);
    expect(shown(embed, "severity")).toBe("info");
    expect(shown(embed, "action_hint")).toBe(hint);
    expect(embed.footer.text).toBe("alt_123");
    expect(count(embed.description ?? "")).toBeGreaterThan(500);
    expect(cuts.length).toBeGreaterThan(25);
  });

  test("links that do not fit are left out whole and told", () => {
    const links = Array.from({ length: 10 }, (_, index) => ({ url: `https://example.org/${index}${"x".repeat(200)}` }));
    const { embed, cuts } = render({ title: "x", links });
    const lines = shown(embed, "links")?.split("\n") ?? [];
    expect(lines).toEqual(links.slice(0, 4).map((link) => link.url));
    expect(cuts).toEqual([{ path: "/embeds/0/fields/1/value", fromCount: 2219, toCount: 887 }]);
  });

  test("links that fit to the last character are all there", () => {
    const address = (length: number) => "https://example.org/".padEnd(length, "x");
    const links = [{ url: address(511) }, { url: address(512) }];
    const { embed, cuts } = render({ title: "x", links });
    expect(count(shown(embed, "links") ?? "")).toBe(1024);
    expect(cuts).toEqual([]);
  });

  test("no alert, however hostile, breaks a limit", () => {
    fc.assert(
      fc.property(hostileView(), hostileText(300), hostileText(3000), (view, username, notice) => {
        const { message, cuts } = renderAlert(view, { username, notice });
        expectAcceptableMessage(message);
        expect(pingsOf(message)).toEqual([]);
        const [embed] = message.embeds;
        expect(embed?.fields[0]).toEqual({ name: "severity", value: view.alert.severity, inline: true });
        expect(embed?.footer.text).toBe(view.id);
        for (const cut of cuts) expect(cut.toCount).toBeLessThan(cut.fromCount);
        expect(renderAlert(view, { username, notice })).toEqual({ message, cuts });
      }),
      { numRuns: 150, ...BOUNDED },
    );
  });
});
