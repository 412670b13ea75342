import type { Connection } from "./connection.ts";
import { ExitCode } from "./exit-code.ts";
import type { RelayAnswer } from "./relay-client.ts";
import type { Failure } from "./report-failure.ts";

interface RelayErrorBody {
  readonly error?: {
    readonly message?: unknown;
    readonly details?: unknown;
    readonly trace_id?: unknown;
  };
}

function toDetailLine(detail: unknown): string {
  if (typeof detail !== "object" || detail === null) return String(detail);
  const { path, message } = detail as { path?: unknown; message?: unknown };
  if (typeof message !== "string") return JSON.stringify(detail);
  // The relay's messages begin with the path; those of something in front of it may not.
  return typeof path === "string" && !message.startsWith(path) ? `${path}: ${message}` : message;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved",
  TIMEOUT: "it did not answer in time",
};

function unreachable(code: string, connection: Connection): Failure {
  return {
    exitCode: ExitCode.unreachable,
    what: `cannot reach the relay at ${connection.url}: ${UNREACHABLE[code] ?? "the connection failed"} (${code})`,
    advice: connection.source.endsWith("dev.json")
      ? `start \`tocsin dev\` again (the address came from ${connection.source})`
      : `check that it runs, and the address (it came from ${connection.source})`,
  };
}

/** Says for a person why the relay did not take a request: each invalid field by its path, and what to do. */
export function describeRefusal(answer: RelayAnswer, connection: Connection): Failure {
  if (answer.kind === "unreachable") return unreachable(answer.code, connection);
  const body = typeof answer.body === "object" && answer.body !== null ? (answer.body as RelayErrorBody).error : null;
  const said = typeof body?.message === "string" ? body.message : "no reason given";
  const details = Array.isArray(body?.details) ? body.details.map(toDetailLine) : [];
  const { status } = answer;
  if (status === 401 || status === 403) {
    const advice = "check --api-key and --api-secret (or TOCSIN_API_KEY and TOCSIN_API_SECRET) and the key's scopes";
    return { exitCode: ExitCode.failure, what: `the relay at ${connection.url} refused (${status}): ${said}`, advice };
  }
  if (status === 400) {
    const what = "the relay says that this alert is not valid";
    return details.length > 0
      ? { exitCode: ExitCode.wrongUse, what, details }
      : { exitCode: ExitCode.wrongUse, what: `${what}: ${said}` };
  }
  if (status === 422) {
    const advice = "give every alert an --idempotency-key of its own, or none";
    return { exitCode: ExitCode.wrongUse, what: `the relay refused: ${said}`, details, advice };
  }
  const wait = answer.retryAfter === null ? "later" : `in ${answer.retryAfter} s`;
  return {
    exitCode: ExitCode.failure,
    what: `the relay at ${connection.url} answered ${status}: ${said}`,
    details: typeof body?.trace_id === "string" ? [...details, `trace: ${body.trace_id}`] : details,
    ...(status === 429 || status >= 500
      ? { advice: `nothing was promised for this alert: send it again ${wait}` }
      : {}),
  };
}
