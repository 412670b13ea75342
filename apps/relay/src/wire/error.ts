import { type Static, type TObject, Type } from "typebox";

/** Every code of the error envelope, with the status that it always travels with. */
export const ERROR_STATUS = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  alert_not_found: 404,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export const ErrorSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.Enum(Object.keys(ERROR_STATUS) as ErrorCode[], { description: "Stable: branch on it." }),
      message: Type.String({ description: "For people: it may change." }),
      details: Type.Optional(Type.Unknown({ description: "For `invalid_request`: the list of mistakes." })),
      trace_id: Type.Optional(Type.String({ pattern: "^[0-9a-f]{32}$" })),
    }),
  },
  { $id: "Error", description: "Everything that fails." },
);

export type ErrorBody = Static<typeof ErrorSchema>;

const ErrorRef = { $ref: "Error#" } as unknown as typeof ErrorSchema;

/** What a caller needs to know of a failure, whichever way it happened. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: unknown;
}

/** The response schemas of a route that can fail with `codes`, beside those that every route has (500 and 503). */
export function errorResponses(...codes: readonly ErrorCode[]): Record<number, TObject> {
  const byStatus = new Map<number, string[]>();
  for (const code of [...codes, "internal_error", "unavailable"] as const) {
    byStatus.set(ERROR_STATUS[code], [...(byStatus.get(ERROR_STATUS[code]) ?? []), `\`${code}\``]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      { description: names.join(", "), content: { "application/json": { schema: ErrorRef } } },
    ]),
  ) as unknown as Record<number, TObject>;
}
