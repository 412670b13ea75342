import type { FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";
import type { TSchema } from "typebox";
import { describeValue, findMismatches, type Mismatch, toPointer } from "../find-mismatches.ts";
import { parseStrictJson } from "../parse-strict-json.ts";
import { AlertSchema } from "../wire/alert.ts";
import { ErrorSchema } from "../wire/error.ts";
import { NotificationSchema } from "../wire/notification.ts";
import { handleError, requestProblem } from "./error-handling.ts";
import { tracing } from "./tracing.ts";

const WHOLE_NUMBER = /^-?(?:0|[1-9]\d{0,14})$/;

/** More than this is no help to whoever reads them, and a long query must not buy a far longer answer. */
const DETAILS_MAX_COUNT = 20;

/**
 * How every route of the relay reads and answers: strict JSON in, the error envelope out, one span a request. Holds for
 * the scope it is registered in and for what is below it.
 */
export const httpConventions = fastifyPlugin(
  async (app) => {
    app.decorateRequest("tocsinOwner", null);
    await app.register(tracing);
    app.setErrorHandler(handleError);

    for (const schema of [ErrorSchema, AlertSchema, NotificationSchema]) app.addSchema(schema);

    app.addHook("preParsing", async (request) => {
      const message = unreadableCoding(request);
      if (message !== null) throw requestProblem({ code: "unsupported_media_type", message });
    });

    // A surrounding server may have parsers of its own; the relay's routes take JSON and nothing else.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body: Buffer, done) => {
      const parsed = parseStrictJson(body);
      if (parsed.kind === "json") done(null, parsed.value);
      else done(requestProblem({ code: "invalid_request", message: parsed.message }));
    });

    // Bodies are checked by the parser that owns their schema, which says more about a mistake than the schema can.
    app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => (value: unknown) => {
      if (httpPart === "body") return { value };
      const converted = httpPart === "querystring" ? withWholeNumbers(schema, value as Record<string, unknown>) : value;
      const mismatches = findMismatches(schema, converted);
      return mismatches.length === 0 ? { value: converted } : { error: invalidRequest(mismatches, httpPart) };
    });
    // Response schemas are for the document, and tests hold the answers to them; nothing is dropped or coerced here.
    app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  },
  { name: "@tocsin/relay/http-conventions", fastify: "5.x" },
);

/** Names what keeps a body from being read although its type is JSON: how it is packed, or its characters. */
function unreadableCoding({ headers }: FastifyRequest): string | null {
  const coding = headers["content-encoding"] ?? "";
  if (!/^(?:identity)?$/i.test(coding.trim())) {
    return `Content-Encoding ${describeValue(coding)} is not taken: send the body as it is.`;
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    return `The character set ${describeValue(charset)} is not taken: send UTF-8.`;
  }
  return null;
}

/** Query values are text: those that spell a whole number become one where the schema wants one. */
function withWholeNumbers(schema: TSchema, query: Record<string, unknown>): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const isNumber = properties[name]?.type === "integer" && typeof value === "string" && WHOLE_NUMBER.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}

function invalidRequest(mismatches: readonly Mismatch[], httpPart: string | undefined): Error {
  const details = mismatches.slice(0, DETAILS_MAX_COUNT).map((mismatch) => {
    const path = toPointer(mismatch.path);
    const expected = mismatch.kind === "unknown-key" ? `one of ${mismatch.knownKeys.join(", ")}` : mismatch.expected;
    const found = mismatch.kind === "unknown-key" ? "an unknown parameter" : describeValue(mismatch.value);
    // A header may be long: it is shown once, under `found`.
    const shown = httpPart === "headers" ? "" : `, found ${found}`;
    return { path, found, expected, message: `${path.slice(1)}: expected ${expected}${shown}.` };
  });
  const message = details.map((issue) => issue.message).join(" ");
  return requestProblem({ code: "invalid_request", message, details });
}
