import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "./alert.ts";
import { parseAlert } from "./parse-alert.ts";

function alertOf(input: unknown): Alert {
  const parsed = parseAlert(input);
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.issues));
  return parsed.alert;
}

function issuesOf(input: unknown) {
  const parsed = parseAlert(input);
  return parsed.kind === "invalid" ? parsed.issues : [];
}

const pathsOf = (input: unknown) => issuesOf(input).map((issue) => issue.path);

describe("defaults", () => {
  test("a title alone is an active, custom alert of severity info without context", () => {
    expect(alertOf({ title: "disk full" })).toEqual({
      title: "disk full",
      type: "custom",
      severity: "info",
      status: "active",
      context: {},
    });
  });

  test.each([
    ["down", "critical"],
    ["error", "critical"],
    ["slow", "warn"],
    ["up", "info"],
    ["custom", "info"],
  ])("severity of type %s is %s", (type, severity) => {
    expect(alertOf({ title: "x", type }).severity).toBe(severity);
    expect(alertOf({ title: "x", type, severity: "warn" }).severity).toBe("warn");
  });

  test("the title is the first line of the message that is not blank", () => {
    const alert = alertOf({ message: "\n \r\n  Website is down \r\nsince noon" });
    expect(alert.title).toBe("Website is down");
    expect(alert.message).toBe("\n \r\n  Website is down \r\nsince noon");
  });

  test("a title taken from a long line keeps its beginning and its end", () => {
    const { title } = alertOf({ message: `start ${"x".repeat(5000)} end` });
    expect([...title].length).toBe(1000);
    expect(title.startsWith("start x")).toBe(true);
    expect(title.endsWith("x end")).toBe(true);
  });

  test("blank texts count as left out", () => {
    const alert = alertOf({ title: " x ", message: " ", action_hint: "", dedup_key: "\t", topic: "\u0007" });
    expect(alert).toEqual({ title: "x", type: "custom", severity: "info", status: "active", context: {} });
  });

  test("undefined counts as left out, in the context too", () => {
    const alert = alertOf({ title: "x", severity: undefined, context: { env: "prod", region: undefined } });
    expect(alert.severity).toBe("info");
    expect(alert.context).toEqual({ env: "prod" });
  });

  test("the example of the Alerts API parses as it stands", () => {
    const input = {
      monitor_id: "mon_123",
      type: "down",
      message: "Website is down",
      channels: ["email", "slack"],
      threshold: { value: 1000, operator: ">", duration: 300 },
    };
    expect(alertOf(input)).toEqual({
      ...input,
      title: "Website is down",
      severity: "critical",
      status: "active",
      context: {},
    });
  });
});

describe("context", () => {
  test("logfmt becomes a map", () => {
    const context = "service=checkout env=prod region=us-east";
    expect(alertOf({ title: "x", context }).context).toEqual({ service: "checkout", env: "prod", region: "us-east" });
  });

  test.each(["since noon, see a=b", "just text", "=x", 'a="open', "{}"])("%j is kept whole", (context) => {
    expect(alertOf({ title: "x", context }).context).toEqual({ context });
  });

  test("logfmt with more keys than a map may have is kept whole", () => {
    const context = Array.from({ length: 201 }, (_, index) => `k${index}=v`).join(" ");
    expect(alertOf({ title: "x", context }).context).toEqual({ context });
  });

  test("a key __proto__ is a key like others and changes no prototype", () => {
    const alert = alertOf(JSON.parse('{"title":"x","context":{"__proto__":"polluted","constructor":1}}'));
    expect(Object.entries(alert.context)).toEqual([
      ["__proto__", "polluted"],
      ["constructor", 1],
    ]);
    expect(Object.getPrototypeOf(alert.context)).toBe(Object.prototype);
    expect(Object.keys(alertOf({ title: "x", context: "__proto__=y a=b" }).context)).toEqual(["__proto__", "a"]);
  });

  test.each([
    ["a nested value", { a: { b: 1 } }, "/context/a"],
    ["a nested value under a key with a line feed", { "a\nb": {} }, "/context/…"],
    ["null", { a: null }, "/context/a"],
    ["not a number", { a: Number.NaN }, "/context/a"],
    ["a list", [], "/context"],
    ["a collection", new Map([["a", 1]]), "/context"],
    ["too many keys", Object.fromEntries(Array.from({ length: 201 }, (_, index) => [index, 1])), "/context"],
  ])("refuses %s", (_name, context, path) => {
    expect(pathsOf({ title: "x", context })).toEqual([path]);
  });
});

describe("refusals", () => {
  test.each([[{}], [{ title: " \n" }], [{ title: "", message: "\u0007" }], [{ severity: "warn" }]])(
    "%j needs a title or a message",
    (input) => {
      expect(issuesOf(input)).toEqual([
        expect.objectContaining({ path: "", expected: expect.stringContaining("title") }),
      ]);
    },
  );

  test.each([null, undefined, 1, "x", [], new Date(0), () => 1, Symbol("x"), 1n])("%s is no alert", (input) => {
    expect(pathsOf(input)).toEqual([""]);
  });

  test("every field that is wrong is told, with its place", () => {
    const input = {
      title: 1,
      severity: "high",
      links: [{ url: "ftp://x" }, { label: "no address" }, { url: "https://example.org", rel: "x" }],
      threshold: { value: "1", operator: "=>", duration: -1 },
      channels: ["email", 5],
      occurred_at: "2024-02-30T00:00:00Z",
    };
    expect(pathsOf(input)).toEqual([
      "/title",
      "/severity",
      "/links/0/url",
      "/links/1/url",
      "/links/2/rel",
      "/threshold/value",
      "/threshold/operator",
      "/threshold/duration",
      "/channels/1",
      "/occurred_at",
    ]);
  });

  test("an unknown field is told with the one that was likely meant", () => {
    const [issue] = issuesOf({ titel: "x", title: "x" });
    expect(issue?.path).toBe("/titel");
    expect(issue?.message).toContain('did you mean "title"?');
    expect(issuesOf({ title: "x", zzzzzz: 1 })[0]?.message).not.toContain("did you mean");
    expect(issuesOf({ title: "x", severity: "warning" })[0]?.message).toContain('did you mean "warn"?');
  });

  test.each([
    "javascript:alert(1)",
    "ftp://example.org",
    "example.org",
    "https://",
    "//example.org",
    "https:example.org",
  ])("%s is no link", (url) => {
    expect(pathsOf({ title: "x", links: [{ url }] })).toEqual(["/links/0/url"]);
  });

  test("lengths are counted in code points", () => {
    expect(alertOf({ title: "🔥".repeat(1000) }).title.length).toBe(2000);
    expect(pathsOf({ title: "🔥".repeat(1001) })).toEqual(["/title"]);
    expect(pathsOf({ title: `a${"\u0301".repeat(1000)}` })).toEqual(["/title"]);
  });

  test("no more than twenty issues come back", () => {
    const input = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`unknown${index}`, 1]));
    expect(issuesOf({ title: "x", ...input })).toHaveLength(20);
  });

  test("a path is a JSON pointer", () => {
    expect(pathsOf({ title: "x", "a/b~c": 1 })).toEqual(["/a~1b~0c"]);
  });
});

describe("text that stores keep differently", () => {
  const fields = ["title", "message", "action_hint", "topic", "monitor_id", "dedup_key", "action", "requested_by"];

  test.each([
    ["a\ud800", "half of a surrogate pair"],
    ["\udc00b", "half of a surrogate pair"],
    ["a\u0000", "U+0000"],
  ])("%j is refused everywhere, and the issue says why", (text, reason) => {
    const everywhere = Object.fromEntries(fields.map((name) => [name, text]));
    const input = { ...everywhere, channels: [text], links: [{ label: text, url: "https://example.org" }] };
    const issues = issuesOf({ ...input, context: { [text]: 1, value: text } });
    expect(issues.map((issue) => issue.path)).toEqual(
      [...fields, "channels/0", "links/0/label", "context/…", "context/value"].map((name) =>
        name === "context/…" ? expect.stringMatching(/^\/context\/[^v]/) : `/${name}`,
      ),
    );
    for (const issue of issues) expect(issue.message).toContain(reason);
    expect(issuesOf({ title: "x", context: text })[0]?.found).toContain(reason);
  });

  test("logfmt whose escapes make such text is kept whole", () => {
    for (const context of ['a="\\ud800"', 'a="\\u0000"']) {
      expect(alertOf({ title: "x", context }).context).toEqual({ context });
    }
  });
});

test("a threshold holds for a year at most", () => {
  const threshold = { value: 1000, operator: ">", duration: 31_536_000 };
  expect(alertOf({ title: "x", threshold }).threshold).toEqual(threshold);
  expect(issuesOf({ title: "x", threshold: { ...threshold, duration: 1e306 } })).toMatchObject([
    { path: "/threshold/duration", expected: "a number from 0 to 31536000" },
  ]);
});

describe("what issues show", () => {
  test("short values are shown and long ones counted", () => {
    expect(issuesOf({ title: "x", status: "done" })[0]?.found).toBe('the string "done"');
    expect(issuesOf({ title: "x", status: "y".repeat(50) })[0]?.found).toBe("a string of 50 characters");
    expect(issuesOf({ title: "x", channels: {} })[0]?.found).toBe("an object with 0 keys");
  });

  const secrets = [
    "https://discord.com/api/webhooks/1/abcdefghij",
    "tsk_0123456789abcdef",
    "Bearer abcdefgh12345678",
    "ghp4h5j6k7l8m9n0p1q2r3",
    "x?token=abc123",
  ];
  test.each(secrets)("a secret is never shown: %s", (secret) => {
    const issues = issuesOf({ title: "x", status: secret, [secret]: 1, links: [{ url: `ftp:${secret}` }] });
    expect(issues.length).toBe(3);
    expect(JSON.stringify(issues)).not.toContain(secret.slice(-6));
  });

  test("long keys are cut", () => {
    const [path = ""] = pathsOf({ title: "x", ["word ".repeat(1000)]: 1 });
    expect(path.length).toBeLessThan(60);
  });
});

describe("hostile input", () => {
  test("anything at all gives an alert or issues, and never throws", () => {
    const hostileText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.constant("__proto__"),
    );
    const value = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    const known = fc.constantFrom(
      "title",
      "message",
      "severity",
      "type",
      "context",
      "links",
      "threshold",
      "channels",
      "occurred_at",
      "__proto__",
    );
    const input = fc.oneof(
      value,
      fc.dictionary(known, fc.oneof(value, hostileText)),
      fc.record({ title: hostileText, context: fc.dictionary(hostileText, fc.oneof(hostileText, value)) }),
    );
    fc.assert(
      fc.property(input, (anything) => {
        const parsed = parseAlert(anything);
        if (parsed.kind === "invalid") {
          expect(parsed.issues.length).toBeGreaterThan(0);
          for (const issue of parsed.issues) expect(issue.path === "" || issue.path.startsWith("/")).toBe(true);
        } else {
          expect(parsed.alert.title.trim()).not.toBe("");
          expect(Object.getPrototypeOf(parsed.alert.context)).toBe(Object.prototype);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("an alert that is parsed again is the same alert", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 });
    const entry = fc.oneof(text, fc.integer(), fc.boolean());
    const input = fc.record(
      {
        title: text,
        message: text,
        severity: fc.constantFrom("info", "warn", "critical"),
        type: fc.constantFrom("down", "up", "slow", "error", "custom"),
        context: fc.oneof(text, fc.dictionary(text, entry)),
        action_hint: text,
        links: fc.array(fc.record({ url: fc.webUrl() }), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (candidate) => {
        const parsed = parseAlert(candidate);
        fc.pre(parsed.kind === "alert");
        expect(parseAlert(JSON.parse(JSON.stringify(parsed.alert)))).toEqual(parsed);
      }),
    );
  });

  test("depth costs nothing", () => {
    let nested: unknown = "x";
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    expect(pathsOf({ title: "x", context: { a: nested } })).toEqual(["/context/a"]);
    expect(pathsOf({ title: "x", links: nested })).toEqual(["/links/0"]);
  });

  test("a cycle, a list without end and an object that throws are refused", () => {
    const cycle: Record<string, unknown> = { title: "x" };
    cycle.context = cycle;
    expect(pathsOf(cycle)).toEqual(["/context/context"]);
    const endless: unknown[] = [];
    endless.length = 2 ** 32 - 1;
    expect(issuesOf({ title: "x", channels: endless }).length).toBeGreaterThan(0);
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("trap");
        },
      },
    );
    expect(pathsOf(trap)).toEqual([""]);
  });

  test("what the caller changes later does not reach the alert", () => {
    const input = { title: "x", context: { a: 1 }, channels: ["email"] };
    const alert = alertOf(input);
    input.context.a = 2;
    input.channels.push("slack");
    expect(alert).toMatchObject({ context: { a: 1 }, channels: ["email"] });
  });
});
