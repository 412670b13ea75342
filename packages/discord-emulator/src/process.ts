export { type EmulatorProcess, startEmulatorProcess } from "./process/start-emulator-process.ts";
