import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, expectAcceptableMessage, pingsOf } from "../../test/count-embeds.ts";
import { BOUNDED, hostileText } from "../../test/hostile-text.ts";
import { viewOf } from "../../test/views.ts";
import type { RenderOptions } from "./alert-message.ts";
import { renderAlert } from "./render-alert.ts";

const VIEW = viewOf({ title: "@everyone <@7> <@!7> <@&7> @here" });
const render = (options: RenderOptions) => renderAlert(VIEW, options);
const messageOf = (options: RenderOptions) => render(options).message;

/** Different ids of as many digits as Discord's have by now. */
const manyIds = (length: number) =>
  Array.from({ length }, (_, index) => `${1_000_000_000_000_000_000n + BigInt(index)}`);

describe("mentions", () => {
  test("stand before the notice, and exactly they may ping", () => {
    const message = messageOf({ mentions: { users: ["11", "12"], roles: ["21"], everyone: true }, notice: "look" });
    expect(message.content).toBe("@everyone <@&21> <@11> <@12> look");
    expect(message.allowed_mentions).toEqual({ parse: ["everyone"], users: ["11", "12"], roles: ["21"] });
    expect(pingsOf(message)).toEqual(["@everyone", "role 21", "user 11", "user 12"]);
  });

  test("are all there is when there is no notice", () => {
    const message = messageOf({ mentions: { roles: ["21"] } });
    expect(message.content).toBe("<@&21>");
    expect(message.allowed_mentions).toEqual({ parse: [], roles: ["21"] });
  });

  test.each<RenderOptions>([
    {},
    { mentions: {} },
    { mentions: { users: [], roles: [], everyone: false } },
    { notice: " \n" },
  ])("of nobody leave no content: %j", (options) => {
    const message = messageOf(options);
    expect(message).not.toHaveProperty("content");
    expect(message.allowed_mentions).toEqual({ parse: [] });
  });

  test("that the notice writes by itself ping nobody who is not named", () => {
    const message = messageOf({ notice: "@everyone <@5> <@&6> <@11>", mentions: { users: ["11"] } });
    expect(pingsOf(message)).toEqual(["user 11", "user 11"]);
  });

  test.each([
    "",
    "x",
    "12a",
    " 12",
    "-1",
    "1.5",
    "0",
    "007",
    "9223372036854775808",
    "99999999999999999999",
    "1".repeat(30),
  ])("by an id that is none are left out: %j", (id) => {
    const message = messageOf({ mentions: { users: [id, "11"], roles: [id] } });
    expect(message.content).toBe("<@11>");
    expect(message.allowed_mentions).toEqual({ parse: [], users: ["11"] });
  });

  test("by the greatest id there can be are taken, and twice is once", () => {
    const message = messageOf({ mentions: { users: ["9223372036854775807", "9223372036854775807"] } });
    expect(message.content).toBe("<@9223372036854775807>");
  });

  test("of more than a message can hold are told, the roles first", () => {
    const { message, cuts } = render({ mentions: { users: manyIds(100), roles: manyIds(120) }, notice: "lost" });
    expectAcceptableMessage(message);
    const { users = [], roles = [] } = message.allowed_mentions;
    expect(pingsOf(message)).toHaveLength(users.length + roles.length);
    expect(roles.length).toBeGreaterThan(70);
    expect(cuts).toContainEqual({ path: "/allowed_mentions/roles", fromCount: 120, toCount: roles.length });
    expect(cuts).toContainEqual({ path: "/allowed_mentions/users", fromCount: 100, toCount: 0 });
  });

  test("beyond the hundredth of a kind are told", () => {
    const ids = Array.from({ length: 130 }, (_, index) => `${index + 1}`);
    const { message, cuts } = render({ mentions: { users: ids, roles: ids } });
    expectAcceptableMessage(message);
    expect(message.allowed_mentions.users).toHaveLength(100);
    expect(message.allowed_mentions.roles).toHaveLength(100);
    expect(cuts.map((cut) => cut.path)).toEqual(["/allowed_mentions/roles", "/allowed_mentions/users"]);
  });

  test("of any kind: whoever is named is pinged, and nobody else", () => {
    const id = fc.oneof(fc.bigInt({ min: 1n, max: 2n ** 64n }).map(String), fc.string({ maxLength: 5 }));
    const ids = fc.array(id, { maxLength: 30 });
    fc.assert(
      fc.property(ids, ids, fc.boolean(), hostileText(3000), (users, roles, everyone, notice) => {
        const message = messageOf({ mentions: { users, roles, everyone }, notice });
        expectAcceptableMessage(message);
        const { parse, users: allowedUsers = [], roles: allowedRoles = [] } = message.allowed_mentions;
        expect(parse).toEqual(everyone ? ["everyone"] : []);
        for (const user of allowedUsers) expect(users).toContain(user);
        for (const role of allowedRoles) expect(roles).toContain(role);
        const pings = new Set(pingsOf(message));
        for (const user of allowedUsers) expect(pings).toContain(`user ${user}`);
        for (const role of allowedRoles) expect(pings).toContain(`role ${role}`);
        expect(pings.has("@everyone")).toBe(everyone);
      }),
      { numRuns: 100, ...BOUNDED },
    );
  });
});

describe("a notice", () => {
  test("is cut to what Discord takes, mentions before it kept whole, and told", () => {
    const { message, cuts } = render({ notice: "🔥".repeat(2500), mentions: { users: ["11"] } });
    expect(message.content?.startsWith("<@11> 🔥")).toBe(true);
    expect(count(message.content ?? "")).toBe(2000);
    expect(cuts).toEqual([{ path: "/content", fromCount: 2500, toCount: 1994 }]);
  });

  test("keeps its code block closed", () => {
    const { content = "" } = messageOf({ notice: `\`\`\`\n${"x".repeat(3000)}` });
    expect(content.endsWith("x\n```")).toBe(true);
  });
});

test("a silent message says so in its flags", () => {
  expect(messageOf({ isSilent: true }).flags).toBe(4096);
  expect(messageOf({ isSilent: false })).not.toHaveProperty("flags");
});

test("a name to sign with is one line of at most 80", () => {
  expect(count(messageOf({ username: `a\nb${"x".repeat(200)}` }).username ?? "")).toBe(80);
  expect(messageOf({ avatarUrl: "https://example.org/a.png" }).avatar_url).toBe("https://example.org/a.png");
});
