export type { Context, Output } from "./context.ts";
export { ExitCode } from "./exit-code.ts";
export { runProgram } from "./program.ts";
