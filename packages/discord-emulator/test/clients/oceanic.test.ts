import { watchBot } from "./bot-suite.ts";

watchBot("oceanic.js", "oceanic.ts");
