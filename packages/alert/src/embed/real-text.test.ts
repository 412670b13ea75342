import { describe, expect, test } from "vitest";
import { count, expectAcceptableMessage, expectStrict, pingsOf } from "../../test/count-embeds.ts";
import { viewOf } from "../../test/views.ts";
import type { AlertMessage } from "./alert-message.ts";
import type { AlertView } from "./alert-view.ts";
import { renderAlert } from "./render-alert.ts";
import { renderDigest } from "./render-digest.ts";
import { renderNotice } from "./render-notice.ts";
import { renderPack } from "./render-pack.ts";
import { renderThreadName } from "./render-thread-name.ts";

const words = (text: string, length: number) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** A letter under all the marks that one can heap on it. */
const HEAPED = `Z${"\u0300\u0301\u0302\u0316\u0317\u0489\u0334\u0360".repeat(20)}`;

const MENTIONS =
  "@everyone @here <@123456789012345678> <@!123456789012345678> <@&123456789012345678> <#123456789012345678> </deploy:123456789012345678> @silent <:ok:123456789012345678> <a:ok:123456789012345678> <t:0:R>";

const TEXTS: Readonly<Record<string, string>> = {
  "a description of 13,000 characters": words("Connection to db-1 refused: too many clients already. ", 13_000),
  "a title of 323 characters": words("checkout error rate elevated in eu-west ", 323),
  "astral characters": "🔥𝕏🇩🇪👩‍👩‍👧‍👦👍🏽".repeat(900),
  "combining marks": HEAPED.repeat(80),
  "one letter with ten thousand marks": `a${"\u0301".repeat(10_000)}`,
  "text from right to left": "\u200f\u202eשגיאה\u202c \u2067خطأ في الدفع\u2069 \u061c".repeat(300),
  "a fence that is cut": `Traceback:\n\`\`\`python\n${words('  File "app.py", line 1, in main\n', 12_000)}\`\`\`\nafterwards`,
  "fences only": "```".repeat(4000),
  "masked links": "[log in](https://example.org/a_(b)) [x]( https://example.org ) ![y](<https://example.org>) ".repeat(
    100,
  ),
  "mentions of every kind": `${MENTIONS} `.repeat(60),
  "nothing to see": "\u200b\u2060\u3164\u00ad\ufeff".repeat(500),
  "half characters": "\ud83d \udd25 ".repeat(500),
};

const hundredFields = (text: string) =>
  Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${text.slice(0, 200)}${index}`, text.slice(0, 1500)]));

// Past the checks, which refuse half characters and cut titles.
const viewWith = (text: string): AlertView => {
  const view = viewOf({ title: "x" });
  const context = hundredFields(text);
  return { ...view, alert: { ...view.alert, title: text, message: text, action_hint: text, topic: text, context } };
};

function messagesOf(view: AlertView, isStrict: boolean): AlertMessage[] {
  const other = viewOf({ title: "other", severity: "critical" }, { id: "alt_2" });
  return [
    renderAlert(view, { isStrict, notice: view.alert.title }),
    renderPack([view, other, view, other], { isStrict }),
    renderDigest([view, other], { isStrict }),
    ...(["escalated", "reopened", "resolved", "changed"] as const).map((kind) =>
      renderNotice(view, { kind, isStrict }),
    ),
  ].map(({ message }) => message);
}

describe.each(Object.entries(TEXTS))("%s, wherever it stands", (_name, text) => {
  const view = viewWith(text);

  test("is inside every limit at the first call, and pings nobody", () => {
    for (const message of messagesOf(view, false)) {
      expectAcceptableMessage(message);
      expect(pingsOf(message)).toEqual([]);
      expect(message.allowed_mentions).toEqual({ parse: [] });
    }
  });

  test("has nothing to object to at the second", () => {
    for (const message of messagesOf(view, true)) {
      expectStrict(message);
      expect(pingsOf(message)).toEqual([]);
    }
  });

  test("pings whom the caller names, and nobody else", () => {
    const { message } = renderNotice(view, { kind: "escalated", mentions: { users: ["11"], roles: ["21"] } });
    expectAcceptableMessage(message);
    expect(new Set(pingsOf(message))).toEqual(new Set(["role 21", "user 11"]));
  });

  test("names a thread", () => {
    const name = renderThreadName(text, { status: "resolved" });
    expect(count(name)).toBeLessThanOrEqual(100);
    expect(name.isWellFormed()).toBe(true);
  });
});

test("a code block of any text that is cut is closed", () => {
  const [embed] = renderAlert(viewOf({ title: "x", message: TEXTS["a fence that is cut"] })).message.embeds;
  expect(embed?.description?.split("```")).toHaveLength(3);
  expect(embed?.description?.endsWith("```\nafterwards")).toBe(true);
});
