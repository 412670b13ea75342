import type { DiscordLimits } from "../discord/limit-driver.ts";
import type { DiscordStage } from "./discord-stage.ts";

/** Opens a stage for one test: a space of its own. */
export type OpenStage = (limits?: Partial<DiscordLimits>) => DiscordStage;

/** Facts about one behaviour, as tests by name. They throw when a driver, or the limiter on it, breaks them. */
export type DiscordFacts = Readonly<Record<string, (open: OpenStage) => Promise<void>>>;
