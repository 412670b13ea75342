import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAcceptableMessage, expectStrict, pingsOf } from "../../test/count-embeds.ts";
import { BOUNDED } from "../../test/hostile-text.ts";
import { CREATED_AT, hostileView, viewOf } from "../../test/views.ts";
import type { AlertView } from "./alert-view.ts";
import { type DigestOptions, renderDigest } from "./render-digest.ts";

function digest(views: readonly AlertView[], options?: DigestOptions) {
  const { message, cuts } = renderDigest(views, options);
  expectAcceptableMessage(message);
  const [embed] = message.embeds;
  if (embed === undefined) throw new Error("no embed");
  return { embed, cuts, message, lines: embed.description?.split("\n") ?? [] };
}

const cpu = (number: number, more: object = {}, known: Partial<AlertView> = {}) =>
  viewOf(
    { title: "High CPU", severity: "warn", context: { service: "shop", host: `web-${number}` }, ...more },
    { id: `alt_${number}`, createdAt: CREATED_AT + 1000 * number, ...known },
  );

const resolved = (number: number) =>
  cpu(number, { status: "resolved", severity: "critical" }, { resolvedAt: CREATED_AT + 1000 * number + 300_000 });

test("a storm is counted and listed: worst first, of equal ones the oldest, resolved ones last", () => {
  const { message, cuts } = digest([
    resolved(4),
    cpu(2),
    cpu(1),
    cpu(3, { severity: "critical", title: "*Disk* full" }),
  ]);
  expect(message).toEqual({
    embeds: [
      {
        title: "🚨 4 alerts",
        description: [
          "🚨 \\*Disk\\* full · host=web-3 · <t:1704067203:R>",
          "⚠️ High CPU · host=web-1 · <t:1704067201:R>",
          "⚠️ High CPU · host=web-2 · <t:1704067202:R>",
          "✅ High CPU · host=web-4 · resolved after 5m",
        ].join("\n"),
        color: 0xdc2626,
        fields: [
          { name: "severity", value: "1 critical, 2 warn", inline: true },
          { name: "status", value: "3 active, 1 resolved", inline: true },
        ],
        footer: { text: "4 alerts" },
        timestamp: "2024-01-01T00:05:04.000Z",
      },
    ],
    allowed_mentions: { parse: [] },
  });
  expect(cuts).toEqual([]);
});

test("the same alerts in another order give the same bytes", () => {
  const views = [cpu(1), cpu(2), resolved(3), cpu(1, {}, { id: "alt_0" })];
  expect(renderDigest(views.toReversed())).toEqual(renderDigest(views));
});

test("a storm that is over is green and has no severity", () => {
  const { embed } = digest([resolved(1), resolved(2)]);
  expect(embed).toMatchObject({ title: "✅ 2 alerts", color: 0x16a34a });
  expect(embed.fields).toEqual([{ name: "status", value: "2 resolved", inline: true }]);
});

test("lines that do not fit are counted in the last line, the footer and the cuts", () => {
  const views = Array.from({ length: 200 }, (_, index) => cpu(index));
  const { embed, cuts, lines } = digest(views, { traceId: "4bf9" });
  const listed = lines.length - 1;
  expect(listed).toBeGreaterThan(60);
  expect(embed.description?.length).toBeGreaterThan(4000);
  expect(lines.at(-1)).toBe(`… and ${200 - listed} more`);
  expect(embed.footer.text).toBe(`200 alerts, ${listed} listed · trace 4bf9`);
  expect(cuts).toEqual([{ path: "/embeds/0/description", fromCount: 200, toCount: listed }]);
});

test("alerts that were folded and are not here are counted too", () => {
  const { embed, lines, cuts } = digest([cpu(1), cpu(2)], { totalCount: 1350 });
  expect(embed.title).toBe("⚠️ 1350 alerts");
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe("… and 1348 more");
  expect(embed.fields[1]?.value).toBe("2 active, 1348 others");
  expect(cuts).toEqual([{ path: "/embeds/0/description", fromCount: 1350, toCount: 2 }]);
  expect(digest([cpu(1)], { totalCount: 0 }).embed.title).toBe("⚠️ 1 alert");
  expect(digest([cpu(1)], { totalCount: Number.NaN }).embed.title).toBe("⚠️ 1 alert");
});

describe("a line", () => {
  const lineOf = (input: object) =>
    digest([viewOf(input), viewOf({ title: "other" }, { id: "alt_2", createdAt: CREATED_AT + 1 })]).lines[0];

  test("is one line that shows as it is, cut when it is long", () => {
    expect(lineOf({ title: "a\nb [x](https://example.org) <@1>" })).toBe(
      "ℹ️ a b [x]\\(https://example.org) \\<@1> · <t:1704067200:R>",
    );
    expect(lineOf({ title: `begin ${"x".repeat(323)} end`, context: { id: "y".repeat(300) } })).toMatch(
      /^ℹ️ begin x+…x+ end · id=y+…y+ · <t:1704067200:R>$/,
    );
  });

  test("names the first thing that is not the same everywhere, blank ones and secrets left out", () => {
    expect(lineOf({ title: "x", context: { blank: " ", api_secret: "s3cret", host: "web-1" } })).toContain(
      " · host=web-1 · ",
    );
  });

  test("names nothing when there is nothing to tell them apart", () => {
    expect(
      digest([cpu(1, { context: { env: "prod" } }), cpu(2, { context: { env: "prod" } })]).embed.description,
    ).not.toContain("env");
  });

  test("masks a secret", () => {
    expect(lineOf({ title: "POST /api/webhooks/1119355453625880591/a-secret-token failed" })).toContain(
      "1119355453625880591/[redacted] failed",
    );
  });
});

test("no alerts at all are a mistake of the caller", () => {
  expect(() => renderDigest([])).toThrow(expect.objectContaining({ code: "ALERT_COUNT_OUT_OF_RANGE" }));
});

test("however hostile the alerts, no limit breaks and every alert is listed or counted", () => {
  const views = fc.array(hostileView(0.05), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(views, fc.nat(300), fc.boolean(), (storm, totalCount, isStrict) => {
      const { message, embed, lines } = digest(storm, {
        totalCount,
        isStrict,
        isSilent: true,
        mentions: { roles: ["21"] },
      });
      if (isStrict) expectStrict(message);
      expect(pingsOf(message)).toEqual(["role 21"]);
      const all = Math.max(totalCount, storm.length);
      const more = Number(/^… and (\d+) more$/.exec(lines.at(-1) ?? "")?.[1] ?? 0);
      expect(lines.length - (more > 0 ? 1 : 0) + more).toBe(all);
      expect(embed.footer.text.split(" ")[0]).toBe(String(all));
    }),
    { numRuns: 40, ...BOUNDED },
  );
});
