/** A local Discord in a process of its own. Argument 1: its options, JSON. Told `{ advanceMs }`, its clock jumps ahead. */
import { type EmulatorOptions, startDiscordEmulator } from "../emulator.ts";

let aheadMs = 0;
const options = JSON.parse(process.argv[2] ?? "{}") as EmulatorOptions;
const { description } = await startDiscordEmulator({ ...options, now: () => Date.now() + aheadMs });
process.on("message", ({ advanceMs }: { readonly advanceMs: number }) => {
  aheadMs += advanceMs;
  process.send?.("advanced");
});
process.once("disconnect", () => process.exit());
process.send?.(description);
