/** A local Discord in a process of its own, with its documented limits. Argument 1: latency of each request, in milliseconds. */
import { startDiscordEmulator } from "@tocsin/discord-emulator";

const latencyMs = Number(process.argv[2] ?? 0);
const emulator = await startDiscordEmulator({ limits: "documented" });
await fetch(`${emulator.description.control_url}/faults`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ effect: { kind: "latency", latency_ms: latencyMs } }),
});
console.log(JSON.stringify(emulator.description));
