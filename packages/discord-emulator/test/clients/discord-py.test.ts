import { watchBot } from "./bot-suite.ts";
import { isDiscordPyMissing } from "./start-bot.ts";

watchBot("discord.py", "discord_py.py", { isMissing: isDiscordPyMissing() });
