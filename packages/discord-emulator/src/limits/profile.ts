/** Which rate limits apply: see the package's README. */
export type LimitProfile = "documented" | "strict" | "off";
