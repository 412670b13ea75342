// Entry of the child process that `durability.test.ts` kills. A SIGKILL leaves it no chance to write anything at its end; a SIGTERM closes it.
import { startDiscordEmulator, writeDescription } from "../src/index.ts";

const dataDir = process.argv[2] as string;
const emulator = await startDiscordEmulator({ dataDir, limits: "off" });
await writeDescription(emulator, dataDir);
process.once("SIGTERM", () => void emulator.close());
process.stdout.write("ready\n");
