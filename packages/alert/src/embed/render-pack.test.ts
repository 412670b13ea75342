import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, expectAcceptableMessage, expectStrict, pingsOf, textsOf } from "../../test/count-embeds.ts";
import { BOUNDED } from "../../test/hostile-text.ts";
import { hostileView, viewOf } from "../../test/views.ts";
import type { AlertView } from "./alert-view.ts";
import { renderAlert } from "./render-alert.ts";
import { packSize, renderPack } from "./render-pack.ts";

/** Alerts that say `length` characters each. */
const viewsOf = (length: number, words: number): AlertView[] =>
  Array.from({ length }, (_, index) =>
    viewOf({ title: `alert ${index}`, message: "w".repeat(words) }, { id: `alt_${index}` }),
  );

const sizeOf = (views: readonly AlertView[]) => views.reduce((sum, view) => sum + packSize(view), 0);

test("alerts that fit are shown as each of them would be alone, in their order", () => {
  const views = viewsOf(10, 500);
  expect(sizeOf(views)).toBeLessThanOrEqual(6000);
  const { message, cuts } = renderPack(views, { username: "tocsin", traceId: "4bf9" });
  expectAcceptableMessage(message);
  expect(message.username).toBe("tocsin");
  expect(message.embeds).toEqual(views.flatMap((view) => renderAlert(view, { traceId: "4bf9" }).message.embeds));
  expect(cuts).toEqual([]);
});

test("alerts that do not fit give way together, titles, severities and ids last", () => {
  const views = viewsOf(10, 2000);
  const { message, cuts } = renderPack(views);
  expectAcceptableMessage(message);
  expect(message.embeds.map((embed) => embed.title)).toEqual(views.map((_, index) => `ℹ️ alert ${index}`));
  expect(message.embeds.map((embed) => embed.footer.text)).toEqual(views.map((view) => view.id));
  expect(cuts.map((cut) => cut.path)).toEqual(views.map((_, index) => `/embeds/${index}/description`));
  expect(cuts.every((cut) => cut.fromCount === 2000 && cut.toCount > 500)).toBe(true);
});

test("what an alert alone has no room for is told under its own place", () => {
  const context = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, "v".repeat(40)]));
  const { message, cuts } = renderPack([viewOf({ title: "x" }), viewOf({ title: "x", context })]);
  expectAcceptableMessage(message);
  expect(cuts).toContainEqual({ path: "/embeds/1/fields", fromCount: 61, toCount: 25 });
  const folded = cuts.find((cut) => cut.path === "/embeds/1/fields/24/value");
  expect(folded?.fromCount).toBeGreaterThan(1024);
});

test("the size of an alert is what its embed counts", () => {
  const view = viewOf({ title: "🔥", message: "one", context: { a: 1 } });
  // "ℹ️ 🔥", "one", "severity", "info", "a", "1", "alt_123"
  expect(packSize(view)).toBe(4 + 3 + 8 + 4 + 1 + 1 + 7);
  expect(packSize(view, { traceId: "4bf9" })).toBe(packSize(view) + " · trace 4bf9".length);
  expect(
    packSize(
      viewOf({ title: "x", message: "m".repeat(60_000), context: { a: "v".repeat(5000), b: "v".repeat(5000) } }),
    ),
  ).toBeLessThanOrEqual(6000);
});

test.each([0, 11])("%i alerts in one message are a mistake of the caller", (length) => {
  expect(() => renderPack(viewsOf(length, 1))).toThrow(expect.objectContaining({ code: "ALERT_COUNT_OUT_OF_RANGE" }));
});

describe("however hostile the alerts", () => {
  const views = fc.array(hostileView(0.1), { minLength: 1, maxLength: 10 });

  test("no limit breaks, and those that fit are as they are alone", () => {
    fc.assert(
      fc.property(views, (pack) => {
        const { message, cuts } = renderPack(pack);
        expectAcceptableMessage(message);
        expect(pingsOf(message)).toEqual([]);
        expect(message.embeds.map((embed) => embed.footer.text)).toEqual(pack.map((view) => view.id));
        const alone = pack.flatMap((view) => renderAlert(view).message.embeds);
        expect(pack.map((view) => packSize(view))).toEqual(
          alone.map((embed) => textsOf(embed).reduce((sum, text) => sum + count(text), 0)),
        );
        if (sizeOf(pack) <= 6000) expect(message.embeds).toEqual(alone);
        else expect(cuts).not.toEqual([]);
      }),
      { numRuns: 40, ...BOUNDED },
    );
  });

  test("a second try has nothing to object to", () => {
    fc.assert(
      fc.property(views, (pack) => {
        const { message } = renderPack(pack, { isStrict: true });
        expectStrict(message);
        expect(message.embeds.map((embed) => embed.footer.text)).toEqual(pack.map((view) => view.id));
        for (const embed of message.embeds) {
          expect(embed.fields.slice(0, 2).map((field) => field.name)).toEqual(["severity", "status"]);
        }
        for (const view of pack) expect(packSize(view, { isStrict: true })).toBeLessThanOrEqual(2000);
      }),
      { numRuns: 25, ...BOUNDED },
    );
  });
});
