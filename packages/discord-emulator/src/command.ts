export type { EmulatorCommandOptions } from "./command/emulator-options.ts";
export { addEmulatorOptions, addLimitsOption, parseDataDir } from "./command/emulator-options.ts";
export { parsePort } from "./command/port.ts";
export type { ServeOptions } from "./command/serve-emulator.ts";
export { serveEmulator } from "./command/serve-emulator.ts";
export { createStopSignal } from "./command/stop-signal.ts";
export { untilAborted } from "./command/until-aborted.ts";
