/** The parts of a JSON Schema that the alert schemas use. */
export interface SchemaNode {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | false;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

function describeText(schema: SchemaNode): string {
  if (schema.format === "date-time") return "an RFC 3339 date and time";
  if (schema.format === "uri") return `an http or https URL of at most ${schema.maxLength} characters`;
  return `a string of at most ${schema.maxLength} characters`;
}

/** Says in a few words what a schema accepts. */
export function describeSchema(schema: SchemaNode): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.map((word) => JSON.stringify(word)).join(", ")}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeSchema).join(" or ");
  switch (schema.type) {
    case "string":
      return describeText(schema);
    case "number":
      return schema.maximum === undefined ? "a number" : `a number from ${schema.minimum} to ${schema.maximum}`;
    case "array":
      return `an array of at most ${schema.maxItems}`;
    case "object":
      if (schema.maxProperties === undefined) return `an object with ${schema.required?.join(", ") ?? "known fields"}`;
      return `an object of at most ${schema.maxProperties} keys`;
    default:
      return `a ${schema.type}`;
  }
}
