import { watchBot } from "./bot-suite.ts";

watchBot("discord.js", "discord-js.ts");
watchBot("discord.js, told of its own doings before they are answered,", "discord-js.ts", {
  emulator: { events: "before" },
});
