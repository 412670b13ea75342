import { watchBot } from "./bot-suite.ts";

watchBot("@discordjs/core", "discordjs-core.ts");
