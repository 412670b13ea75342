import fc from "fast-check";
import type { Destination, Route } from "../../../src/index.ts";

/** One destination and the channel behind it. */
export interface LaneScenario {
  readonly name: string;
  readonly isForum: boolean;
  readonly isBot: boolean;
  readonly looks: Omit<Destination, "transport">;
}

/** What the tests are set in. */
export interface Scenario {
  readonly name: string;
  readonly lanes: readonly LaneScenario[];
  readonly routes: readonly Route[];
}

type Looks = LaneScenario["looks"];

const lane = (kind: "webhook" | "bot", looks: Looks = {}, name = "alerts"): LaneScenario => ({
  name,
  isBot: kind === "bot",
  isForum: looks.forum === true,
  looks,
});

const alone = (name: string, kind: "webhook" | "bot", looks: Looks = {}): Scenario => ({
  name,
  lanes: [lane(kind, looks)],
  routes: [{ destinations: ["alerts"] }],
});

const TAGS = { info: ["1"], warn: ["2"], critical: ["3"], resolved: ["4"] };

export const WEBHOOK_SCENARIOS: readonly Scenario[] = [
  alone("a webhook that packs", "webhook"),
  alone("a webhook that does not pack", "webhook", { pack: false }),
  alone("a webhook with a digest", "webhook", { digest: { minCount: 4 } }),
  alone("a forum by webhook", "webhook", { forum: true }),
];

export const BOT_SCENARIOS: readonly Scenario[] = [
  alone("a bot with threads", "bot"),
  alone("a bot without threads, which packs", "bot", { thread: false }),
  alone("a bot with a digest", "bot", { thread: false, digest: { minCount: 4 } }),
  alone("a forum by bot", "bot", { forum: true, forumTagIds: TAGS }),
  {
    name: "critical alerts by bot, all others by webhook with a digest",
    lanes: [lane("bot", {}, "critical"), lane("webhook", {}, "rest")],
    routes: [
      { match: { severity: ["critical"] }, destinations: ["critical"] },
      { destinations: ["rest"], delivery: { digest: { minCount: 5 } } },
    ],
  },
];

/** What else may differ from world to world. */
export interface Settings {
  readonly escalation: "reply" | "ping" | "edit";
  readonly mentions: boolean;
  readonly hasLimiter: boolean;
  /** Whether there is little that may be done in a while. */
  readonly isLimited: boolean;
  readonly managesLocked: boolean;
  /** Discord's own is not published: "the past few minutes". */
  readonly nonceWindowMs: number;
}

export const settings: fc.Arbitrary<Settings> = fc.record({
  escalation: fc.constantFrom("reply", "reply", "ping", "edit"),
  mentions: fc.boolean(),
  hasLimiter: fc.boolean(),
  isLimited: fc.boolean(),
  managesLocked: fc.boolean(),
  nonceWindowMs: fc.constantFrom(90_000, 300_000),
});
