import type { Json, Outcome } from "@tocsin/alert/plugin";
import { CODES } from "@tocsin/discord-transport";

/** Why the model does not do what it is asked for, as Discord says it. */
export interface Refusal {
  readonly code: number;
  readonly retryAfterMs?: number;
  /** Of a limit. */
  readonly scope?: "user" | "shared";
}

export type Answer<T> = { readonly kind: "done"; readonly value: T } | ({ readonly kind: "refused" } & Refusal);

export const done = <T>(value: T): Answer<T> => ({ kind: "done", value });
export const refuse = (code: number, more: Omit<Refusal, "code"> = {}): Answer<never> => ({
  kind: "refused",
  code,
  ...more,
});

/** HTTP statuses of the codes that the model knows; of all others 400. */
const STATUS: ReadonlyMap<number, number> = new Map([
  ...[10003, 10008].map((code) => [code, 404] as const),
  ...[50001, 50005, 50013].map((code) => [code, 403] as const),
]);

/** The answer as a transport gives it, by its own table of codes. */
export function toOutcome<T>(answer: Answer<T>): Outcome<T> {
  if (answer.kind === "done") return { kind: "delivered", value: answer.value };
  const { code, retryAfterMs, scope } = answer;
  const status = retryAfterMs === undefined ? (STATUS.get(code) ?? 400) : 429;
  const details: Json = { status, code, ...(scope === undefined ? {} : { scope }) };
  if (retryAfterMs !== undefined) return { kind: "retryable", reason: "rate-limited", retryAfterMs, details };
  const verdict = CODES.get(code);
  if (verdict === undefined) throw new Error(`the transport does not know ${code}`);
  return { kind: verdict.kind, reason: verdict.reason, details };
}
