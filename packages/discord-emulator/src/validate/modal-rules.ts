import { COMPONENT_RULES, SELECT_TYPES } from "./component-rules.ts";
import { LIMITS } from "./limits.ts";
import type { ObjectRule, Rule } from "./rule.ts";

/** Types of components that modals have besides selects (docs: components/reference, "Component Types"). */
export const MODAL_TYPE = {
  row: 1,
  textInput: 4,
  text: 10,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

const flag: Rule = { kind: "boolean" };
const customId: Rule = { kind: "text", required: true, minCount: 1, maxCount: LIMITS.customIdCount };
const count = (min: number, max: number): Rule => ({ kind: "integer", min, max });
const group = (minCount: number): Rule => ({
  kind: "list",
  required: true,
  minCount,
  maxCount: LIMITS.groupOptionCount,
  of: {
    kind: "object",
    fields: {
      label: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.selectTextCount },
      value: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.selectTextCount },
      description: { kind: "text", maxCount: LIMITS.selectTextCount },
      default: flag,
    },
  },
});
const chosen = { min_values: count(0, LIMITS.groupOptionCount), max_values: count(1, LIMITS.groupOptionCount) };

/** Members of the components that people fill in, by type (docs: components/reference). */
export const FIELD_RULES: ReadonlyMap<number, ObjectRule["fields"]> = new Map<number, ObjectRule["fields"]>([
  [
    MODAL_TYPE.textInput,
    {
      custom_id: customId,
      style: { kind: "integer", required: true, choices: [1, 2] },
      label: { kind: "text", minCount: 1, maxCount: LIMITS.labelCount },
      min_length: count(0, LIMITS.textInputCount),
      max_length: count(1, LIMITS.textInputCount),
      required: flag,
      value: { kind: "text", maxCount: LIMITS.textInputCount },
      placeholder: { kind: "text", maxCount: LIMITS.textInputPlaceholderCount },
    },
  ],
  ...SELECT_TYPES.map((type): [number, ObjectRule["fields"]] => [
    type,
    { ...COMPONENT_RULES.get(type)?.fields, required: flag },
  ]),
  [MODAL_TYPE.fileUpload, { custom_id: customId, ...chosen, required: flag }],
  [MODAL_TYPE.radioGroup, { custom_id: customId, options: group(2), required: flag }],
  [MODAL_TYPE.checkboxGroup, { custom_id: customId, options: group(1), ...chosen, required: flag }],
  [MODAL_TYPE.checkbox, { custom_id: customId, default: flag }],
]);
