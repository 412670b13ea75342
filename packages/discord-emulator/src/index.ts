export type { DescribedChannel, EmulatorDescription } from "./description.ts";
export { removeDescription, writeDescription } from "./description.ts";
export type { DiscordEmulator, EmulatorOptions } from "./emulator.ts";
export { startDiscordEmulator } from "./emulator.ts";
export type { EventOrder, GatewayOptions } from "./gateway/options.ts";
export type { LimitProfile } from "./limits/profile.ts";
