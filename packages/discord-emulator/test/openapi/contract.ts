import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { type Answered, send } from "../support.ts";
import { DIFFERENCES, type Difference, withoutDifference } from "./differences.ts";
import { type Content, type Operation, operationsOf, readDocument, type Schema } from "./document.ts";

/** How a request is made. */
export interface RequestOptions {
  /** @default the bot's */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that holds every request and every answer against Discord's document. */
export interface Contract {
  /** Calls a path below the API's version. Fails where request or answer do not fit, known differences aside. */
  call(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answered>;
  /** What the document's schema of that name says about `value`. */
  complaints(schemaName: string, value: unknown): string[];
  /** `METHOD template` of all operations that were answered with success. */
  readonly exercised: ReadonlySet<string>;
  /** Differences that were met. */
  readonly met: ReadonlySet<Difference>;
}

/** Creates such a client for one emulator. */
export function createContract(emulator: DiscordEmulator): Contract {
  const document = readDocument();
  const operations = operationsOf(document);
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ ...document, $id: "discord" });
  const compiled = new Map<Schema, ReturnType<typeof ajv.compile>>();
  const exercised = new Set<string>();
  const met = new Set<Difference>();

  function validate(schema: Schema, value: unknown): readonly ErrorObject[] {
    const check = compiled.get(schema) ?? ajv.compile(absolute(schema) as object);
    compiled.set(schema, check);
    check(value);
    return check.errors ?? [];
  }

  /** Fails unless `value` fits, as it is or with the known differences taken out. */
  function expectFit(operation: Operation, part: "request" | "answer", schema: Schema, value: unknown): void {
    const name = `${operation.method} ${operation.template}`;
    if (validate(schema, value).length === 0) return;
    let agreed = value;
    for (const difference of DIFFERENCES) {
      if (difference.part !== part || !difference.operation.test(name)) continue;
      const next = withoutDifference(difference, agreed);
      if (next !== agreed) met.add(difference);
      agreed = next;
    }
    expect({ name, part, errors: deepest(validate(schema, agreed)) }).toEqual({ name, part, errors: [] });
  }

  function checkRequest(operation: Operation, url: URL, body: unknown): void {
    for (const [name, value] of url.searchParams) {
      const parameter = operation.parameters.find((one) => one.in === "query" && one.name === name);
      // The document's numbers and booleans are text on the way.
      const readings = [value, Number(value), value === "true"];
      const fits = parameter && readings.some((reading) => validate(parameter.schema, reading).length === 0);
      expect([operation.template, name, value, fits]).toEqual([operation.template, name, value, true]);
    }
    if (body === undefined) return;
    const content = operation.requestBody?.content ?? {};
    const isForm = body instanceof FormData;
    const schema = content[isForm ? "multipart/form-data" : "application/json"]?.schema;
    expect([operation.template, "takes this kind of body", schema !== undefined]).toContain(true);
    const value = isForm ? JSON.parse(String(body.get("payload_json") ?? "{}")) : body;
    if (schema) expectFit(operation, "request", schema, value);
  }

  function checkAnswer(operation: Operation, { status, json, text }: Answered): void {
    const { responses } = operation;
    const response = responses[status] ?? responses[`${String(status)[0]}XX`];
    expect([operation.method, operation.template, status, response !== undefined]).toContain(true);
    const content: Content | undefined = response?.$ref ? undefined : response?.content;
    const schema = content?.["application/json"]?.schema;
    // Plain text is what the document calls a string.
    if (schema) expectFit(operation, "answer", schema, json ?? text);
    else if (status === 204) expect(text).toBe("");
  }

  return {
    exercised,
    met,
    complaints: (schemaName, value) => deepest(validate({ $ref: `#/components/schemas/${schemaName}` }, value)),
    async call(method, path, body, { authorization, headers = {} } = {}) {
      const { api_url, bot_token } = emulator.description;
      const url = new URL(`${api_url}/v10${path}`);
      const operation = findOperation(operations, method, path.split("?")[0] ?? "");
      checkRequest(operation, url, body);
      const credentials = authorization === undefined ? `Bot ${bot_token}` : authorization;
      const answered = await send(method, url.href, body, {
        ...headers,
        ...(credentials === null ? {} : { authorization: credentials }),
      });
      expect([method, path, answered.status, answered.text.slice(0, 300)]).toSatisfy(() => answered.status < 300);
      checkAnswer(operation, answered);
      exercised.add(`${operation.method} ${operation.template}`);
      return answered;
    },
  };
}

function findOperation(operations: readonly Operation[], method: string, path: string): Operation {
  const segments = path.split("/");
  const candidates = operations.filter((operation) => {
    const template = operation.template.split("/");
    return (
      operation.method === method &&
      template.length === segments.length &&
      template.every((part, index) => part === "{}" || part === segments[index])
    );
  });
  // The most literal template wins: `/users/@me` before `/users/{}`.
  const [best] = candidates.toSorted((a, b) => a.template.split("{}").length - b.template.split("{}").length);
  if (!best) throw new Error(`${method} ${path} is not in the document`);
  return best;
}

/** Schemas of operations refer to the document's own; compiled alone, they need its name. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === "$ref" && typeof entry === "string" ? entry.replace(/^#/, "discord#") : absolute(entry),
    ]),
  );
}

/** Unions complain for each of their members; what lies deepest says most. */
function deepest(errors: readonly ErrorObject[]): string[] {
  const depth = ({ instancePath }: ErrorObject) => instancePath.split("/").length;
  const most = Math.max(0, ...errors.map(depth));
  const said = errors.filter((error) => depth(error) === most || error.keyword === "required");
  const telling = said.filter(({ instancePath }) => !instancePath.endsWith("/type"));
  const lines = (telling.length > 0 ? telling : said).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return [...new Set(lines)].slice(0, 8);
}
