import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

// Discord's own description of its API (github.com/discord/discord-api-spec, specs/openapi.json). It is not part of this
// repository: DISCORD_OPENAPI names a copy, or one lies beside the checkout.
const file = process.env.DISCORD_OPENAPI ?? resolve(import.meta.dirname, "../../../../../shared/discord/openapi.json");

/** A JSON schema, or where one is found. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
}

/** What may be sent or answered, by content type. */
export type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** One operation of the document. */
export interface Operation {
  readonly method: string;
  /** With `{}` for every parameter. */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Whether there is no copy of the document. */
export const isDocumentMissing = !existsSync(file);

/** The document as it is. */
export function readDocument(): Document & Schema {
  return JSON.parse(readFileSync(file, "utf8")) as Document & Schema;
}

/** Every operation of the document. */
export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, { parameters: shared = [], ...methods }]) =>
    Object.entries(methods as Record<string, Partial<Operation>>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      template: toTemplate(path),
      parameters: [...(shared as Parameter[]), ...(operation.parameters ?? [])],
      responses: operation.responses ?? {},
      ...(operation.requestBody ? { requestBody: operation.requestBody } : {}),
    })),
  );
}

/** A path with `{}` for every parameter, however it is written. */
export function toTemplate(path: string): string {
  return path.replaceAll(/\{[^}]+\}|:[a-z_]+/g, "{}");
}
