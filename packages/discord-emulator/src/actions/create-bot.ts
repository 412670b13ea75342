import { createApplicationKeys, createBotToken, LIMITED_INTENT_FLAGS } from "../state/bots.ts";
import { buildBotUser } from "../state/build-user.ts";
import type { Bot } from "../state/objects.ts";
import type { World } from "./world.ts";

/** Registers a new application with its bot user, which is in no guild yet. */
export function createBot({ state, randomFor }: World, name: string, applicationFlags = LIMITED_INTENT_FLAGS): Bot {
  return state.write(() => {
    // Since 2016 a new application and its bot user share one id.
    const userId = state.nextId();
    const random = randomFor(`bot ${userId}`);
    const keys = createApplicationKeys(random);
    const bot = { userId, applicationId: userId, token: createBotToken(userId, random), ...keys, applicationFlags };
    state.users.put(buildBotUser(userId, name));
    state.bots.put(bot);
    return bot;
  });
}

/** Gives a bot a new token; the old one is worth nothing from now on. */
export function resetToken({ state, randomFor }: World, bot: Bot): Bot {
  const token = createBotToken(bot.userId, randomFor(`token ${state.nextId()}`));
  const changed = { ...bot, token };
  state.write(() => state.bots.put(changed));
  return changed;
}
