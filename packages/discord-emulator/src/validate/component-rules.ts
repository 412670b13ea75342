import { LIMITS } from "./limits.ts";
import type { ObjectRule, Rule } from "./rule.ts";

/** What one component type may hold (docs: components/reference). */
export interface ComponentRule {
  readonly fields: ObjectRule["fields"];
  /** Lists of components inside: member name, allowed types, and how many. */
  readonly children?: { readonly types: readonly number[]; readonly minCount: number; readonly maxCount: number };
  readonly accessoryTypes?: readonly number[];
}

const ROW = 1;
const BUTTON = 2;
const STRING_SELECT = 3;
const SECTION = 9;
const TEXT = 10;
const THUMBNAIL = 11;
const GALLERY = 12;
const FILE = 13;
const SEPARATOR = 14;
const CONTAINER = 17;

/** Button style that opens a URL and sends no interaction. */
export const LINK_STYLE = 5;
export const SELECT_TYPES: readonly number[] = [STRING_SELECT, 5, 6, 7, 8];
/** Types that stand at the top of a message, without and with the components V2 flag. */
export const LEGACY_TOP_TYPES: readonly number[] = [ROW];
export const V2_TOP_TYPES: readonly number[] = [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER];

const flag: Rule = { kind: "boolean" };
const customId: Rule = { kind: "text", minCount: 1, maxCount: LIMITS.customIdCount };
const selectText: Rule = { kind: "text", maxCount: LIMITS.selectTextCount };
const emoji: Rule = {
  kind: "object",
  fields: { id: { kind: "snowflake" }, name: { kind: "text", maxCount: 100 }, animated: flag },
};
const description: Rule = { kind: "text", maxCount: LIMITS.attachmentDescriptionCount };
const media: Rule = {
  kind: "object",
  required: true,
  fields: { url: { kind: "url", required: true, maxCount: LIMITS.urlCount, schemes: ["http", "https", "attachment"] } },
};
const upload: Rule = {
  kind: "object",
  required: true,
  fields: { url: { kind: "url", required: true, maxCount: LIMITS.urlCount, schemes: ["attachment"] } },
};
const select: ObjectRule["fields"] = {
  custom_id: { ...customId, required: true },
  placeholder: { kind: "text", maxCount: LIMITS.selectPlaceholderCount },
  min_values: { kind: "integer", min: 0, max: LIMITS.selectOptionCount },
  max_values: { kind: "integer", min: 1, max: LIMITS.selectOptionCount },
  disabled: flag,
  channel_types: { kind: "list", maxCount: 20, of: { kind: "integer" } },
  default_values: { kind: "list", maxCount: LIMITS.selectOptionCount, of: { kind: "any" } },
};
const options: Rule = {
  kind: "list",
  required: true,
  minCount: 1,
  maxCount: LIMITS.selectOptionCount,
  of: {
    kind: "object",
    fields: {
      label: { ...selectText, required: true },
      value: { ...selectText, required: true },
      description: selectText,
      emoji,
      default: flag,
    },
  },
};

/** Rules by component type. */
export const COMPONENT_RULES: ReadonlyMap<number, ComponentRule> = new Map<number, ComponentRule>([
  [ROW, { fields: {}, children: { types: [BUTTON, ...SELECT_TYPES], minCount: 1, maxCount: LIMITS.buttonCount } }],
  [
    BUTTON,
    {
      fields: {
        style: { kind: "integer", required: true, choices: [1, 2, 3, 4, LINK_STYLE, 6] },
        label: { kind: "text", maxCount: LIMITS.buttonLabelCount },
        emoji,
        custom_id: customId,
        url: { kind: "url", maxCount: LIMITS.buttonUrlCount, schemes: ["http", "https", "discord"] },
        sku_id: { kind: "snowflake" },
        disabled: flag,
      },
    },
  ],
  ...SELECT_TYPES.map((type): [number, ComponentRule] => [
    type,
    { fields: type === STRING_SELECT ? { ...select, options } : select },
  ]),
  [SECTION, { fields: {}, children: { types: [TEXT], minCount: 1, maxCount: 3 }, accessoryTypes: [BUTTON, THUMBNAIL] }],
  [TEXT, { fields: { content: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.componentTextCount } } }],
  [THUMBNAIL, { fields: { media, description, spoiler: flag } }],
  [
    GALLERY,
    {
      fields: {
        items: {
          kind: "list",
          required: true,
          minCount: 1,
          maxCount: 10,
          of: { kind: "object", fields: { media, description, spoiler: flag } },
        },
      },
    },
  ],
  [FILE, { fields: { file: upload, spoiler: flag } }],
  [SEPARATOR, { fields: { divider: flag, spacing: { kind: "integer", choices: [1, 2] } } }],
  [
    CONTAINER,
    {
      fields: { accent_color: { kind: "integer", min: 0, max: LIMITS.colorMax }, spoiler: flag },
      children: { types: [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR], minCount: 1, maxCount: LIMITS.componentCount },
    },
  ],
]);
