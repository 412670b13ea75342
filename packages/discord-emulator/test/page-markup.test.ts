import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MarkupNode, parseMarkup } from "../page/src/markup-tree.ts";
import { safeUrl } from "../page/src/safe-url.ts";

/** Message text may be 4,096 characters long in an embed's description. */
const MAX_TEXT_LENGTH = 4_096;
/** Processor time, so that a busy machine does not count: what must never happen takes a second and more. */
const MAX_CPU_MS = 500;

const types = (text: string) => parseMarkup(text).map((node) => node.type);
const textOf = (nodes: MarkupNode["content"]): string =>
  typeof nodes === "string" || nodes === undefined ? (nodes ?? "") : nodes.map((node) => textOf(node.content)).join("");

describe("the page's markdown", () => {
  it("reads Discord's own signs", () => {
    expect(parseMarkup("<@1> <@!2>".replace(/\d/g, (digit) => digit.repeat(18)))[0]).toMatchObject({
      type: "user",
      id: "1".repeat(18),
    });
    expect(types("<#123456789012345678>")).toEqual(["channel"]);
    expect(parseMarkup("<t:1700000000:R>")[0]).toMatchObject({
      type: "timestamp",
      timestamp: "1700000000",
      format: "R",
    });
    expect(parseMarkup("<:name:123456789012345678>")[0]).toMatchObject({ type: "emoji", name: "name" });
  });

  it("keeps code as it stands", () => {
    expect(parseMarkup("`**a**`")).toEqual([{ type: "inlineCode", content: "**a**" }]);
    expect(parseMarkup("```json\n{}\n```")[0]).toMatchObject({ type: "codeBlock", content: "{}" });
  });

  it("makes masked links of web addresses only", () => {
    expect(parseMarkup("[the **docs**](https://example.com/a_(b))")[0]).toMatchObject({
      type: "link",
      target: "https://example.com/a_(b)",
    });
    expect(types("[x](javascript:alert)")).not.toContain("link");
    expect(types("[x](data:text/html,x)")).not.toContain("link");
  });

  it("lets a link's label hold escaped brackets", () => {
    const [link] = parseMarkup(String.raw`[graph \[p99\]](https://example.com/graph)`);
    expect(link).toMatchObject({ type: "link", target: "https://example.com/graph" });
    expect(textOf(link?.content)).toBe("graph [p99]");
  });

  it("knows list items at the start of a line, with their depth", () => {
    const nodes = parseMarkup("- one\n  - two\nthree - four");
    expect(nodes.filter((node) => node.type === "listItem").map((node) => node.depth)).toEqual([0, 1]);
  });

  it("reads any text, and its addresses pass only when they are http or https", () => {
    const sign = fc.constantFrom(
      ..."** _ ` ``` || [ ]( ) > # - <@ <t: </ https://a.b <javascript:/x> <data:/x>".split(" "),
      "\n",
      " ",
    );
    const targets = (nodes: MarkupNode["content"]): string[] =>
      typeof nodes === "string" || nodes === undefined
        ? []
        : nodes.flatMap((node) => [...(node.target ? [node.target] : []), ...targets(node.content)]);
    fc.assert(
      fc.property(fc.array(fc.oneof(sign, fc.string({ maxLength: 5 })), { maxLength: 40 }), (pieces) => {
        for (const target of targets(parseMarkup(pieces.join("")))) {
          expect(safeUrl(target) === null).toBe(!/^https?:\/\/[^/]/.test(URL.parse(target)?.href ?? ""));
        }
      }),
    );
    expect(safeUrl("javascript:alert(1)")).toBeNull();
    expect(safeUrl("/relative")).toBeNull();
    expect(safeUrl("https://example.com")?.href).toBe("https://example.com/");
  });

  it("returns text that nests too deep as it is", () => {
    const text = "*".repeat(MAX_TEXT_LENGTH);
    expect(textOf(parseMarkup(text))).toBe(text);
  });

  it.each([
    "[a](",
    "[",
    "**a",
    "_a",
    "||",
    "> ",
    "<",
    "`",
    "~~a ",
    "# ",
    "- a\n",
    "*_",
    "http://",
    "[a](http://x(",
    "<t:1",
    "\\",
    "\n",
  ])("reads the longest text of %j without a long pause", (piece) => {
    const text = piece.repeat(MAX_TEXT_LENGTH / piece.length);
    const before = process.cpuUsage();
    parseMarkup(text);
    const { user } = process.cpuUsage(before);
    expect(user / 1_000).toBeLessThan(MAX_CPU_MS);
  });
});
