import { TocsinError } from "@tocsin/errors";

/** Codes of the errors that this package throws, all for misuse: what Discord or the network do is an outcome. */
export const ERROR_CODES = [
  "TRANSPORT_URL_INVALID",
  "TRANSPORT_TOKEN_INVALID",
  "TRANSPORT_OPTION_INVALID",
  "TRANSPORT_NONCE_INVALID",
  "TRANSPORT_MESSAGE_INVALID",
  "TRANSPORT_CLOSED",
] as const;

/** One of {@link ERROR_CODES}. */
export type TransportErrorCode = (typeof ERROR_CODES)[number];

/** Makes the error for misuse. `message` must hold no secret; a `cause` is kept beside it. */
export function misuse(code: TransportErrorCode, message: string, cause?: unknown): TocsinError {
  return new TocsinError(message, { code, cause });
}
