/** This package's version, as its package.json has it (a test compares the two): it goes into the User-Agent and the tracer. */
export const VERSION = "0.0.0";
