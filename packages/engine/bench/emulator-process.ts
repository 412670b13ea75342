/** A local Discord in a process of its own: argument 1 is the latency of each answer, in milliseconds. */
import { startDiscordEmulator } from "@tocsin/discord-emulator";

const latencyMs = Number(process.argv[2] ?? 0);
const emulator = await startDiscordEmulator({ limits: "documented" });
const { control_url: controlUrl } = emulator.description;
await fetch(`${controlUrl}/faults`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ effect: { kind: "latency", latency_ms: latencyMs } }),
});
console.log(JSON.stringify(emulator.description));
