// Entry of the child process that `durability.test.ts` kills. It must leave no chance to write anything at its end.
import { startDiscordEmulator, writeDescription } from "../src/index.ts";

const dataDir = process.argv[2] as string;
const emulator = await startDiscordEmulator({ dataDir, limits: "off" });
await writeDescription(emulator, dataDir);
process.stdout.write("ready\n");
