/** A local Discord in a process of its own, whose clients need no heartbeats. It tells its memory to whoever sends it a message. */
import { startDiscordEmulator } from "../src/index.ts";

const emulator = await startDiscordEmulator({ limits: "off", heartbeatIntervalMs: 3_600_000 });
process.on("message", () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ liveBytes: heapUsed + external, rss });
});
process.once("disconnect", () => process.exit());
process.send?.(emulator.description);
