import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, expectAcceptable } from "../../test/count-embeds.ts";
import { BOUNDED, hostileText } from "../../test/hostile-text.ts";
import type { EmbedText } from "./embed.ts";
import { embedLength } from "./embed-length.ts";
import { fitEmbeds } from "./fit-embeds.ts";

test("embeds that fit come back equal, and what is not counted is kept", () => {
  const embeds = [
    {
      title: "a",
      url: "https://example.org",
      color: 5,
      image: { url: "https://example.org/i.png" },
      footer: { text: "f", icon_url: "x" },
    },
    {
      description: "b",
      author: { name: "c", url: "https://example.org" },
      fields: [{ name: "n", value: "v", inline: true }],
    },
  ];
  expect(fitEmbeds(embeds)).toEqual({ embeds, cuts: [] });
});

test("the argument is never changed", () => {
  const embed = { title: " a ", footer: { text: "x".repeat(3000) }, fields: [{ name: "", value: "v".repeat(2000) }] };
  const before = structuredClone(embed);
  fitEmbeds([embed]);
  expect(embed).toEqual(before);
});

test("an eleventh embed is dropped and told", () => {
  const { embeds, cuts } = fitEmbeds(Array.from({ length: 12 }, (_, index) => ({ title: `${index}` })));
  expect(embeds.map((embed) => embed.title)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(cuts).toEqual([{ path: "/embeds", fromCount: 12, toCount: 10 }]);
});

test("the 26th field is folded into the 25th", () => {
  const fields = Array.from({ length: 27 }, (_, index) => ({ name: `n${index}`, value: `v${index}` }));
  const { embeds, cuts } = fitEmbeds([{ fields }]);
  expect(embeds[0]?.fields?.[24]).toEqual({ name: "…", value: "n24=v24\nn25=v25\nn26=v26", inline: false });
  expect(cuts).toEqual([{ path: "/embeds/0/fields", fromCount: 27, toCount: 25 }]);
});

test("blank texts that are not needed are left out", () => {
  const { embeds } = fitEmbeds([{ title: " ", description: "\u0000", footer: { text: "\n" }, author: { name: "" } }]);
  expect(embeds).toEqual([{}]);
});

describe("ten embeds of 1,000 characters", () => {
  const embeds = Array.from({ length: 10 }, (_, index) => ({
    title: `title ${index}`,
    description: "d".repeat(900),
    fields: [
      { name: "severity", value: "warn" },
      { name: "detail", value: "v".repeat(60) },
    ],
  }));
  const fitted = fitEmbeds(embeds);

  test("share 6,000 so that titles and severities stay whole and the long parts give way evenly", () => {
    expectAcceptable(fitted.embeds);
    expect(fitted.embeds.map((embed) => embed.title)).toEqual(embeds.map((embed) => embed.title));
    for (const embed of fitted.embeds) {
      expect(embed.fields[0]).toEqual({ name: "severity", value: "warn" });
      expect(Math.abs(count(embed.description) - count(fitted.embeds[0]?.description ?? ""))).toBeLessThan(10);
    }
  });

  test("use nearly all of the room", () => {
    const total = fitted.embeds.reduce((sum, embed) => sum + embedLength(embed), 0);
    expect(total).toBeGreaterThan(5950);
    expect(total).toBeLessThanOrEqual(6000);
  });
});

const hostileEmbed: fc.Arbitrary<EmbedText> = fc.record(
  {
    title: hostileText(600),
    description: hostileText(8000),
    footer: fc.record({ text: hostileText(3000) }),
    author: fc.record({ name: hostileText(500) }),
    fields: fc.array(fc.record({ name: hostileText(600), value: hostileText(2000), inline: fc.boolean() }), {
      maxLength: 40,
    }),
  },
  { requiredKeys: [] },
);

test("no embeds, however hostile, break a limit; fitting them again changes nothing", () => {
  fc.assert(
    fc.property(fc.array(hostileEmbed, { maxLength: 12 }), (embeds) => {
      const fitted = fitEmbeds(embeds);
      expectAcceptable(fitted.embeds);
      expect(fitEmbeds(fitted.embeds)).toEqual({ embeds: fitted.embeds, cuts: [] });
    }),
    { numRuns: 100, ...BOUNDED },
  );
});

test("what is shorter afterwards is in the cuts, and nothing else", () => {
  const text = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 7000 }).map((raw) => `a${raw}z`);
  fc.assert(
    fc.property(fc.array(fc.record({ title: text, description: text }), { minLength: 1, maxLength: 4 }), (embeds) => {
      const { embeds: fitted, cuts } = fitEmbeds(embeds);
      const shorter = fitted.flatMap((embed, index) =>
        (["title", "description"] as const)
          .filter((name) => embed[name] !== embeds[index]?.[name])
          .map((name) => `/embeds/${index}/${name}`),
      );
      expect(cuts.map((cut) => cut.path)).toEqual(shorter);
    }),
    { numRuns: 100, ...BOUNDED },
  );
});
