import type { DiscordRoute } from "../discord/discord-route.ts";
import { createDiscordFake, type DiscordFake } from "./discord-fake.ts";
import type { DiscordStage, StageProcess } from "./discord-stage.ts";

const RULE = { shape: "sliding", limitCount: 5, windowMs: 5_000 } as const;

/** Answers one request by a fake Discord's word. */
const answerBy = (discord: DiscordFake, stage: DiscordStage, { major }: DiscordRoute) =>
  discord.handle({ major, nowMs: stage.now() });

/** Teaches the limiter a bucket of 5 per 5 s, of which one request is used: the fake that goes on with it. */
export async function introduce(stage: DiscordStage, process: StageProcess, route: DiscordRoute): Promise<DiscordFake> {
  const discord = createDiscordFake({ rule: RULE });
  await process.settle((await process.ask(route)).permit, answerBy(discord, stage, route));
  return discord;
}

/**
 * The same, and then uses what is left, so that the next token is there about 0.9 s from now, and one each second then: the
 * first for critical requests, the second for others.
 */
export async function drain(stage: DiscordStage, process: StageProcess, route: DiscordRoute): Promise<DiscordFake> {
  const discord = await introduce(stage, process, route);
  const tickets = await process.askMany(4, route, { priority: "critical" });
  await stage.advance(100);
  for (const { permit } of tickets) await process.settle(permit, answerBy(discord, stage, route));
  return discord;
}
