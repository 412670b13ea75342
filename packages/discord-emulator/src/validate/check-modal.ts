import { isJsonObject, type JsonObject } from "../json.ts";
import { below, check, complain, type Report, refuseCrossed } from "./check.ts";
import { LIMITS } from "./limits.ts";
import { FIELD_RULES, MODAL_TYPE } from "./modal-rules.ts";
import type { Rule } from "./rule.ts";

/** A checked modal. */
export interface Modal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly JsonObject[];
}

const TOP_TYPES: readonly number[] = [MODAL_TYPE.row, MODAL_TYPE.text, MODAL_TYPE.label];
const MODAL: Rule = {
  kind: "object",
  fields: {
    custom_id: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.customIdCount },
    title: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.modalTitleCount },
    components: {
      kind: "list",
      required: true,
      minCount: 1,
      maxCount: LIMITS.modalComponentCount,
      of: { kind: "any" },
    },
  },
};

/** Checks a modal (docs: interactions/receiving-and-responding, "Modal"; components/reference). Complaints go to `report`. */
export function checkModal(value: JsonObject, report: Report): Modal {
  const modal = check(MODAL, value, report) as JsonObject;
  const seen: Tally = { customIds: new Set(), count: 0 };
  const list = (modal.components ?? []) as unknown[];
  const place = below(report, "components");
  const components = list.map((entry, index) => checkTop(entry, seen, below(place, index)));
  return { custom_id: String(modal.custom_id), title: String(modal.title), components };
}

interface Tally {
  readonly customIds: Set<unknown>;
  count: number;
}

function checkTop(value: unknown, seen: Tally, report: Report): JsonObject {
  const component = begin(value, TOP_TYPES, seen, report);
  if (!component || !isJsonObject(value)) return {};
  switch (component.type) {
    case MODAL_TYPE.text: {
      const content = { kind: "text", required: true, minCount: 1, maxCount: LIMITS.componentTextCount } as const;
      return { ...component, content: check(content, value.content, below(report, "content")) };
    }
    case MODAL_TYPE.row: {
      const place = below(report, "components");
      // A text input is as wide as a row.
      const rule = { kind: "list", required: true, minCount: 1, maxCount: 1, of: { kind: "any" } } as const;
      const inner = (check(rule, value.components, place) ?? []) as unknown[];
      return {
        ...component,
        components: inner.map((one, index) =>
          checkField(one, [MODAL_TYPE.textInput], seen, below(place, index), { isLabelled: false }),
        ),
      };
    }
    default: {
      const fields = {
        label: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.labelCount },
        description: { kind: "text", minCount: 1, maxCount: LIMITS.labelDescriptionCount },
      } as const;
      const texts = check({ kind: "object", fields }, value, report) as JsonObject;
      const place = below(report, "component");
      const inner = checkField(value.component, [...FIELD_RULES.keys()], seen, place, { isLabelled: true });
      return { ...component, ...texts, component: inner };
    }
  }
}

function checkField(
  value: unknown,
  types: readonly number[],
  seen: Tally,
  report: Report,
  { isLabelled }: { readonly isLabelled: boolean },
): JsonObject {
  const component = begin(value, types, seen, report);
  if (!component || !isJsonObject(value)) return {};
  const type = Number(component.type);
  const members = check({ kind: "object", fields: FIELD_RULES.get(type) ?? {} }, value, report) as JsonObject;
  if (!isLabelled && members.label === undefined) {
    complain(below(report, "label"), "BASE_TYPE_REQUIRED", "This field is required");
  }
  if (members.custom_id !== undefined && seen.customIds.has(members.custom_id)) {
    complain(below(report, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
  }
  seen.customIds.add(members.custom_id);
  if (members.disabled === true) {
    complain(below(report, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled");
  }
  if (members.min_values === 0 && members.required !== false) {
    // What is required takes at least one (docs: components/reference, note on `min_values`).
    complain(below(report, "min_values"), "NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.");
  }
  refuseCrossed(members, ["min_length", "max_length"], report);
  refuseCrossed(members, ["min_values", "max_values"], report);
  return { ...component, ...members };
}

/** Type and id of a component; ids that are not given count on. */
function begin(value: unknown, types: readonly number[], seen: Tally, report: Report): JsonObject | undefined {
  if (!isJsonObject(value)) return complain(report, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.");
  const type = Number(value.type ?? Number.NaN);
  if (!types.includes(type)) {
    const message = `Value of field "type" must be one of (${types.join(", ")}).`;
    return complain(below(report, "type"), "UNION_TYPE_CHOICES", message);
  }
  seen.count += 1;
  return { type, id: Number.isInteger(value.id) && value.id !== 0 ? value.id : seen.count };
}
