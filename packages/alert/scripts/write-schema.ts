/** Writes `schema/alert.schema.json` from the schema in the source. The repository's formatter lays it out. */
import { writeFileSync } from "node:fs";
import { jsonSchema } from "./json-schema.ts";

writeFileSync(new URL("../schema/alert.schema.json", import.meta.url), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
