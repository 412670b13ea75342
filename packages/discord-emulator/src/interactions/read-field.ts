import type { JsonObject } from "../json.ts";
import { complain, countCodePoints, type Report } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import { MODAL_TYPE } from "../validate/modal-rules.ts";
import { pickValues } from "./pick-values.ts";
import type { Resolver } from "./resolve.ts";

/** How fields are read. */
export interface FieldReading {
  readonly resolver: Resolver;
  /** Takes a file in and returns its id. */
  readonly receive: (value: unknown, report: Report) => string | undefined;
}

/**
 * Checks what somebody filled into one component of a modal, and returns the members that tell its application (docs:
 * components/reference). Complaints go to `report`.
 */
export function readField(component: JsonObject, value: unknown, reading: FieldReading, report: Report): JsonObject {
  switch (component.type) {
    case MODAL_TYPE.textInput:
      return { value: readText(component, value ?? component.value ?? "", report) };
    case MODAL_TYPE.checkbox:
      return { value: readMark(value ?? component.default ?? false, report) };
    case MODAL_TYPE.radioGroup:
      return { value: readChoice(component, value, report) };
    case MODAL_TYPE.fileUpload:
      return { values: readFiles(component, value ?? [], reading, report) };
    default:
      return { values: readValues(component, value, reading, report) };
  }
}

/** Everything is required unless it says otherwise. */
const isRequired = ({ required }: JsonObject) => required !== false;

function readText(component: JsonObject, value: unknown, report: Report): unknown {
  const { min_length: min = 0, max_length: max = LIMITS.textInputCount } = component as Record<string, number>;
  if (typeof value !== "string") return complain(report, "EXPECTED", "text");
  const count = countCodePoints(value);
  if (count === 0 && !isRequired(component)) return value;
  const least = Math.max(min, isRequired(component) ? 1 : 0);
  if (count < least || count > max) complain(report, "EXPECTED", `text of ${least} to ${max} characters`);
  return value;
}

/** A list, as a form gives it, is checked where anything is in it. */
function readMark(value: unknown, report: Report): unknown {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "boolean" ? value : complain(report, "EXPECTED", "true or false");
}

/** Options that are chosen until somebody chooses others. */
function defaultsOf({ options }: JsonObject): unknown[] {
  return ((options ?? []) as JsonObject[]).filter((option) => option.default === true).map((option) => option.value);
}

function readChoice(component: JsonObject, value: unknown, report: Report): unknown {
  const [chosen = defaultsOf(component)[0], ...others] = Array.isArray(value) ? value : [value];
  if (chosen === undefined && !isRequired(component)) return null;
  const isKnown = ((component.options ?? []) as JsonObject[]).some((option) => option.value === chosen);
  return isKnown && others.length === 0 ? chosen : complain(report, "EXPECTED", "the value of one option");
}

function readFiles(component: JsonObject, value: unknown, { receive }: FieldReading, report: Report): unknown {
  const { min_values: min = 1, max_values: max = 1 } = component as Record<string, number>;
  const least = isRequired(component) ? min : 0;
  if (!Array.isArray(value) || value.length < least || value.length > max) {
    return complain(report, "EXPECTED", `a list of ${least} to ${max} files`);
  }
  return value.map((one, index) => receive(one, { ...report, path: [...report.path, index] }));
}

function readValues(component: JsonObject, value: unknown, { resolver }: FieldReading, report: Report): string[] {
  const picked = value ?? defaultsOf(component);
  if (!isRequired(component) && Array.isArray(picked) && picked.length === 0) return [];
  const isGroup = component.type === MODAL_TYPE.checkboxGroup;
  const all = ((component.options ?? []) as JsonObject[]).length;
  // Of a checkbox group everything may be checked unless it says otherwise.
  return pickValues(isGroup ? { max_values: all, ...component } : component, picked, resolver, report);
}
