import { AlertInputSchema } from "../src/schema.ts";

/** The JSON Schema as it is published. */
export function jsonSchema(): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...AlertInputSchema };
}
