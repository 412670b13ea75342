import { bucketFacts } from "./discord-bucket-facts.ts";
import { delayFacts } from "./discord-delay-facts.ts";
import type { DiscordFacts } from "./discord-facts.ts";
import { permitFacts } from "./discord-permit-facts.ts";
import { refusalFacts } from "./discord-refusal-facts.ts";
import { sharedTurnFacts, turnFacts } from "./discord-turn-facts.ts";
import { waitFacts } from "./discord-wait-facts.ts";

/** Every fact that the limiter must hold on a driver, by group; some only where processes share the driver's state. */
export const discordLimiterFacts = (isShared: boolean): Readonly<Record<string, DiscordFacts>> => ({
  buckets: bucketFacts,
  "answers 429": delayFacts,
  refusals: refusalFacts,
  permits: permitFacts,
  turns: turnFacts,
  waits: waitFacts,
  ...(isShared ? { "several processes": sharedTurnFacts } : {}),
});
