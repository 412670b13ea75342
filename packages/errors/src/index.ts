export { redact } from "./redact.ts";
export { isTocsinError, TocsinError, type TocsinErrorOptions } from "./tocsin-error.ts";
