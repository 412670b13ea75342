import { watchBot } from "./bot-suite.ts";

watchBot("snowtransfer with cloudstorm", "snowtransfer.ts");
