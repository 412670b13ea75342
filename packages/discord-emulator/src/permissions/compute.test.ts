import fc from "fast-check";
import { expect, test } from "vitest";
import { computeChannelPermissions, computeGuildPermissions, type OverwriteGrant, type Standing } from "./compute.ts";
import { ALL_PERMISSIONS, PERMISSION, PERMISSION_NAMES, type PermissionName, toPermissions } from "./permission.ts";

/** The rules of the documentation asked for one permission at a time, without bit arithmetic. */
function isAllowed(
  name: PermissionName,
  standing: Standing,
  overwrites: readonly OverwriteGrant[] | "guild",
  sendsBy: PermissionName,
): boolean {
  const grants = (set: bigint, wanted: PermissionName) =>
    set.toString(2).at(-PERMISSION[wanted].toString(2).length) === "1";
  const isAdministrator = standing.roles.some((role) => grants(role.permissions, "ADMINISTRATOR"));
  if (standing.isOwner || isAdministrator) return true;
  const readable: PermissionName[] = ["VIEW_CHANNEL", "READ_MESSAGE_HISTORY"];
  if (standing.isTimedOut && !readable.includes(name)) return false;
  let isGiven = standing.roles.some((role) => grants(role.permissions, name));
  if (overwrites === "guild") return isGiven;
  const own = standing.roles.map((role) => role.id);
  const ofEveryone = overwrites.filter((each) => each.target === "role" && each.id === standing.guildId);
  const ofRoles = overwrites.filter(
    (each) => each.target === "role" && each.id !== standing.guildId && own.includes(each.id),
  );
  const ofMember = overwrites.filter((each) => each.target === "member" && each.id === standing.userId);
  for (const group of [ofEveryone, ofRoles, ofMember]) {
    if (group.some((each) => grants(each.deny, name))) isGiven = false;
    if (group.some((each) => grants(each.allow, name))) isGiven = true;
  }
  const others = (wanted: PermissionName) => isAllowed(wanted, standing, overwrites, sendsBy);
  if (name !== "VIEW_CHANNEL" && !others("VIEW_CHANNEL")) return false;
  const spoken: PermissionName[] = ["MENTION_EVERYONE", "SEND_TTS_MESSAGES", "ATTACH_FILES", "EMBED_LINKS"];
  return spoken.includes(name) && !others(sendsBy) ? false : isGiven;
}

function namesIn(set: bigint): PermissionName[] {
  const digits = [...set.toString(2)].reverse();
  return PERMISSION_NAMES.filter((name) => digits[PERMISSION[name].toString(2).length - 1] === "1");
}

const ids = ["100", "101", "102", "103"];
const [guildId, userId] = ["100", "200"];
/** Those that the rules speak of come often, the others seldom. */
const permission = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<PermissionName[]>(
      "VIEW_CHANNEL",
      "SEND_MESSAGES",
      "SEND_MESSAGES_IN_THREADS",
      "EMBED_LINKS",
      "MENTION_EVERYONE",
      "READ_MESSAGE_HISTORY",
      "MANAGE_ROLES",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...PERMISSION_NAMES) },
);
const set = fc.array(permission, { maxLength: 6 }).map(toPermissions);
const standing: fc.Arbitrary<Standing> = fc.record({
  guildId: fc.constant(guildId),
  userId: fc.constant(userId),
  isOwner: fc.nat(9).map((number) => number === 0),
  isTimedOut: fc.boolean(),
  roles: fc
    .uniqueArray(fc.constantFrom(...ids.slice(1)), { maxLength: 3 })
    .chain((held) => fc.tuple(...[guildId, ...held].map((id) => set.map((permissions) => ({ id, permissions }))))),
});
const overwrites: fc.Arbitrary<OverwriteGrant[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...ids, userId, "201"),
    target: fc.constantFrom<("role" | "member")[]>("role", "member"),
    allow: set,
    deny: set,
  }),
  { maxLength: 6, selector: ({ id, target }) => `${target} ${id}` },
);
const sending = fc.constantFrom<("SEND_MESSAGES" | "SEND_MESSAGES_IN_THREADS")[]>(
  "SEND_MESSAGES",
  "SEND_MESSAGES_IN_THREADS",
);

test("permissions in a channel are those of the documented steps, one permission at a time", () => {
  fc.assert(
    fc.property(standing, overwrites, sending, (who, rules, sendsBy) => {
      const computed = namesIn(computeChannelPermissions(who, rules, sendsBy));
      expect(computed).toEqual(PERMISSION_NAMES.filter((name) => isAllowed(name, who, rules, sendsBy)));
    }),
    { numRuns: 600 },
  );
});

test("permissions in a guild are those of the roles together, and overwrites have no part in them", () => {
  fc.assert(
    fc.property(standing, (who) => {
      const computed = namesIn(computeGuildPermissions(who));
      expect(computed).toEqual(PERMISSION_NAMES.filter((name) => isAllowed(name, who, "guild", "SEND_MESSAGES")));
    }),
    { numRuns: 200 },
  );
});

test("the order of roles and overwrites makes no difference", () => {
  fc.assert(
    fc.property(standing, overwrites, (who, rules) => {
      const reversed = { ...who, roles: [...who.roles].reverse() };
      const expected = computeChannelPermissions(who, rules);
      expect(computeChannelPermissions(reversed, [...rules].reverse())).toBe(expected);
    }),
  );
});

test("bits are those of Discord's table", () => {
  expect(PERMISSION.ADMINISTRATOR).toBe(8n);
  expect(PERMISSION.VIEW_CHANNEL).toBe(1024n);
  expect(PERMISSION.MANAGE_WEBHOOKS).toBe(536_870_912n);
  expect(PERMISSION.MANAGE_THREADS).toBe(17_179_869_184n);
  expect(PERMISSION.CREATE_PUBLIC_THREADS).toBe(34_359_738_368n);
  expect(PERMISSION.SEND_MESSAGES_IN_THREADS).toBe(274_877_906_944n);
  expect(PERMISSION.MODERATE_MEMBERS).toBe(1n << 40n);
  expect(PERMISSION.SEND_VOICE_MESSAGES).toBe(1n << 46n);
  expect(PERMISSION.SEND_POLLS).toBe(1n << 49n);
  expect(PERMISSION.PIN_MESSAGES).toBe(1n << 51n);
  expect(PERMISSION.BYPASS_SLOWMODE).toBe(1n << 52n);
  expect(ALL_PERMISSIONS).toBe((1n << 53n) - 1n - (1n << 47n));
});
