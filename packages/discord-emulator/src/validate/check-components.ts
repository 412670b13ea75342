import { isJsonObject, type JsonObject } from "../json.ts";
import { below, check, complain, countCodePoints, type Report } from "./check.ts";
import { COMPONENT_RULES, LEGACY_TOP_TYPES, LINK_STYLE, SELECT_TYPES, V2_TOP_TYPES } from "./component-rules.ts";
import { LIMITS } from "./limits.ts";

/** How the components of one message are judged. */
export interface ComponentOptions {
  readonly isV2: boolean;
  /** Whether buttons and selects that send interactions are allowed: not on webhooks that no application owns. */
  readonly isInteractive: boolean;
}

/** Checks the components of a message as a whole: types, nesting, lengths, unique ids and totals. */
export function checkComponents(value: unknown, options: ComponentOptions, report: Report): JsonObject[] {
  const maxCount = options.isV2 ? LIMITS.componentCount : LIMITS.actionRowCount;
  const list = check({ kind: "list", maxCount, of: { kind: "any" } }, value, report) as unknown[] | undefined;
  const seen: Tally = { customIds: new Set(), count: 0, textCount: 0 };
  const types = options.isV2 ? V2_TOP_TYPES : LEGACY_TOP_TYPES;
  const checked = (list ?? []).map((entry, index) => checkOne(entry, types, options, seen, below(report, index)));
  if (seen.count > LIMITS.componentCount) {
    complain(report, "BASE_TYPE_MAX_LENGTH", `Must be ${LIMITS.componentCount} or fewer in length.`);
  }
  if (seen.textCount > LIMITS.componentTextCount) {
    const message = `Components displayable text size exceeds maximum size of ${LIMITS.componentTextCount}`;
    complain(report, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message);
  }
  return checked.filter((component) => component !== undefined);
}

interface Tally {
  readonly customIds: Set<string>;
  count: number;
  textCount: number;
}

function checkOne(
  value: unknown,
  types: readonly number[],
  options: ComponentOptions,
  seen: Tally,
  report: Report,
): JsonObject | undefined {
  if (!isJsonObject(value)) return complain(report, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.");
  const type = toType(value);
  const rule = types.includes(type) ? COMPONENT_RULES.get(type) : undefined;
  if (!rule) {
    const message = `Value of field "type" must be one of (${types.join(", ")}).`;
    return complain(below(report, "type"), "UNION_TYPE_CHOICES", message);
  }
  seen.count += 1;
  const id = seen.count;
  const members = (check({ kind: "object", fields: rule.fields }, value, report) ?? {}) as JsonObject;
  checkMeaning(type, members, options, seen, report);
  const component: JsonObject = {
    type,
    id: Number.isInteger(value.id) && value.id !== 0 ? value.id : id,
    ...members,
  };
  if (rule.children) {
    const place = below(report, "components");
    const children = check(
      { kind: "list", required: true, ...rule.children, of: { kind: "any" } },
      value.components,
      place,
    );
    const list = (children ?? []) as unknown[];
    const isMixed =
      list.length > 1 && list.some((child) => isJsonObject(child) && SELECT_TYPES.includes(toType(child)));
    if (isMixed) complain(place, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The maximum width of an action row is 5.");
    component.components = list.map((child, index) =>
      checkOne(child, rule.children?.types ?? [], options, seen, below(place, index)),
    );
  }
  if (rule.accessoryTypes) {
    const place = below(report, "accessory");
    component.accessory = checkOne(value.accessory, rule.accessoryTypes, options, seen, place);
  }
  return component;
}

function toType({ type }: JsonObject): number {
  return typeof type === "number" || typeof type === "string" ? Number(type) : Number.NaN;
}

/** Demands that reach beyond one member. */
function checkMeaning(type: number, members: JsonObject, options: ComponentOptions, seen: Tally, report: Report): void {
  if (typeof members.content === "string") seen.textCount += countCodePoints(members.content);
  const isLink = type === 2 && members.style === LINK_STYLE;
  const customId = members.custom_id;
  if (isLink && members.url === undefined) complain(below(report, "url"), "BASE_TYPE_REQUIRED", "A url is required");
  if (isLink && customId !== undefined) {
    complain(
      report,
      "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
      "A custom id and url cannot both be specified",
    );
  }
  if (type === 2 && !isLink && members.style !== 6 && customId === undefined) {
    complain(below(report, "custom_id"), "COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
  }
  if ((type === 2 && !isLink) || SELECT_TYPES.includes(type)) checkInteractive(customId, options, seen, report);
}

function checkInteractive(customId: unknown, options: ComponentOptions, seen: Tally, report: Report): void {
  if (!options.isInteractive) {
    complain(report, "COMPONENT_TYPE_INVALID", "This webhook cannot send interactive components");
    return;
  }
  if (typeof customId !== "string") return;
  if (seen.customIds.has(customId)) {
    complain(below(report, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
  }
  seen.customIds.add(customId);
}
