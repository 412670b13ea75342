import { isTocsinError, redact } from "@tocsin/errors";
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

export interface RelayLoggerOptions {
  /** @default "info" */
  readonly level?: LoggerOptions["level"];
  /** @default standard output */
  readonly destination?: DestinationStream;
}

/** No deeper than this is a log line looked at: what lies below is dropped, not printed unmasked. */
const DEPTH_MAX_COUNT = 6;

/**
 * The relay's logger: JSON lines, every string in them masked by `redact`, requests reduced to method and path. Headers
 * and bodies never get in, whoever hands a request to it.
 */
export function createLogger(options: RelayLoggerOptions = {}): Logger {
  return pino(
    {
      level: options.level ?? "info",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (object) => mask(object, 0) as Record<string, unknown>,
      },
      serializers: {
        err: (error: unknown) => error,
        req: (request: { method?: unknown; url?: unknown }) => ({
          method: request.method,
          url: redact(String(request.url)),
        }),
        res: (response: { statusCode?: unknown }) => ({ statusCode: response.statusCode }),
      },
      hooks: {
        logMethod(inputs, method) {
          method.apply(this, maskInputs(inputs) as typeof inputs);
        },
      },
    },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

/** What a call gave to the logger, with everything masked that `formatters.log` does not see. */
function maskInputs([first, ...rest]: readonly unknown[]): readonly unknown[] {
  const masked = [typeof first === "string" ? redact(first) : first, ...rest.map((input) => mask(input, 1))];
  // pino would take an error's own message for the line's: it is foreign text too.
  const error = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err;
  return masked.length === 1 && error instanceof Error ? [...masked, redact(error.message)] : masked;
}

/** A copy of what a line says, with its strings masked. Instances keep to their serializer, and say nothing without one. */
function mask(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return maskError(value, depth);
  if (depth >= DEPTH_MAX_COUNT) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => mask(item, depth + 1));
  if (depth > 0 && Object.getPrototypeOf(value) !== Object.prototype) return "[object]";
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SERIALIZED.has(key) && depth === 0 ? item : mask(item, depth + 1),
    ]),
  );
}

/** Keys whose values the serializers reduce; they are instances with sockets and headers in them. */
const SERIALIZED = new Set(["req", "res"]);

function maskError(error: Error, depth: number): Record<string, unknown> {
  const { cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    ...(typeof code === "string" ? { code } : {}),
    ...(isTocsinError(error) ? { retryable: error.retryable } : {}),
    message: redact(error.message),
    stack: redact(error.stack ?? ""),
    ...(cause === undefined || depth >= DEPTH_MAX_COUNT ? {} : { cause: mask(cause, depth + 1) }),
  };
}
