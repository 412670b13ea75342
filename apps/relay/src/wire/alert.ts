import { type Alert, AlertInputSchema } from "@tocsin/alert";
import type { AlertRecord } from "@tocsin/engine";
import { Type } from "typebox";

const Time = Type.String({ format: "date-time", description: "ISO 8601, UTC." });

/**
 * An alert as the API answers it: the alert under its own names, normalised, and what the relay knows about it. Fields
 * that were not given are absent; `resolved_at` is always there.
 */
export const AlertSchema = Type.Object(
  {
    id: Type.String(),
    ...Type.Omit(AlertInputSchema, ["title", "severity", "status", "type", "context", "channels"]).properties,
    // Without an example, a reader's tool makes one up from the pattern.
    links: Type.Optional(
      Type.Array(AlertInputSchema.properties.links.items, {
        examples: [[{ label: "Runbook", url: "https://wiki.example.com/disk" }]],
      }),
    ),
    ...Type.Required(Type.Pick(AlertInputSchema, ["title", "severity", "status", "type"])).properties,
    context: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    created_at: Time,
    updated_at: Time,
    resolved_at: Type.Union([Time, Type.Null()]),
    revision: Type.Integer({ minimum: 1, description: "Grows by one with every change." }),
  },
  { $id: "Alert", description: "An accepted alert." },
);

export type WireAlert = Omit<Alert, "channels"> & {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly resolved_at: string | null;
  readonly revision: number;
};

/** The reference to {@link AlertSchema} that routes use, so that the document names it once. */
export const AlertRef = Type.Unsafe<WireAlert>({ $ref: "Alert#" });

/** An accepted alert as the API answers it. `channels` stays out: what became of it stands in `notifications`. */
export function toWireAlert(record: AlertRecord): WireAlert {
  const { channels: _channels, ...alert } = record.alert;
  return {
    id: record.id,
    ...alert,
    created_at: toWireTime(record.createdAt),
    updated_at: toWireTime(record.updatedAt),
    resolved_at: record.resolvedAt === null ? null : toWireTime(record.resolvedAt),
    revision: record.revision,
  };
}

/** Epoch milliseconds as the API writes them. */
export function toWireTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
