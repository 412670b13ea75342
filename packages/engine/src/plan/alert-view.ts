import type { AlertView } from "@tocsin/alert/embed";
import type { AlertRecord } from "../engine.ts";

/** A stored alert as the renderer takes it. */
export const viewOf = ({ id, alert, createdAt, resolvedAt }: AlertRecord): AlertView => ({
  id,
  alert,
  createdAt,
  resolvedAt,
});
