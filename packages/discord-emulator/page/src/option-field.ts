import { html, nothing, type TemplateResult } from "lit";
import type { Outcome } from "./acting-api.ts";
import type { FieldValue } from "./command-tree.ts";
import type { Choice, CommandOption } from "./interaction-wire.ts";
import type { EntityKind, MenuChoice } from "./menu-choices.ts";
import { readSentFile } from "./sent-file.ts";

const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;
const ATTACHMENT = 11;
const ENTITY_KINDS: Readonly<Record<number, EntityKind>> = { 6: "user", 7: "channel", 8: "role", 9: "mentionable" };

export interface OptionFieldUse {
  readonly id: string;
  readonly field: FieldValue;
  entities(kind: EntityKind, channelTypes: readonly number[] | undefined): readonly MenuChoice[];
  complete(text: string): Promise<Outcome<readonly Choice[]>>;
  onChange(value: FieldValue): void;
}

/** The field for one option of a command, by its type (docs: interactions/application-commands, "Application Command Option Type"). */
export function optionField(option: CommandOption, use: OptionFieldUse): TemplateResult {
  return html`<div class="field">
    <label for=${use.id}>${option.name}${option.required ? nothing : html`<span class="field-optional"> optional</span>`}</label>
    ${control(option, use)}
    ${option.description ? html`<p class="field-note">${option.description}</p>` : nothing}
  </div>`;
}

function control(option: CommandOption, use: OptionFieldUse): TemplateResult {
  const kind = ENTITY_KINDS[option.type];
  if (kind !== undefined) return selectView(option, use, use.entities(kind, option.channel_types));
  if (option.type === BOOLEAN)
    return selectView(
      option,
      use,
      ["true", "false"].map((value) => ({ value, label: value })),
    );
  if (option.choices?.length)
    return selectView(
      option,
      use,
      option.choices.map(({ name, value }) => ({ value: String(value), label: name })),
    );
  if (option.autocomplete)
    return html`<suggest-input
      .fieldId=${use.id}
      .label=${option.name}
      .isRequired=${option.required ?? false}
      .field=${use.field}
      .load=${use.complete}
      @change-value=${({ detail }: CustomEvent<FieldValue>) => use.onChange(detail)}
    ></suggest-input>`;
  if (option.type === ATTACHMENT) return fileView(option, use);
  return inputView(option, use);
}

function fileView({ required }: CommandOption, use: OptionFieldUse): TemplateResult {
  async function choose(event: Event): Promise<void> {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? [];
    use.onChange(file === undefined ? { text: "" } : { text: file.name, value: await readSentFile(file) });
  }
  return html`<input id=${use.id} type="file" ?required=${required ?? false} @change=${choose} />`;
}

function inputView(
  { type, required, min_value, max_value, min_length, max_length }: CommandOption,
  use: OptionFieldUse,
): TemplateResult {
  const isNumeric = type === INTEGER || type === NUMBER;
  return html`<input
    id=${use.id}
    type=${isNumeric ? "number" : "text"}
    step=${isNumeric ? (type === INTEGER ? "1" : "any") : nothing}
    min=${min_value ?? nothing}
    max=${max_value ?? nothing}
    minlength=${min_length ?? nothing}
    maxlength=${max_length ?? nothing}
    autocomplete="off"
    ?required=${required ?? false}
    .value=${use.field.text}
    @input=${(event: Event) => use.onChange({ text: (event.currentTarget as HTMLInputElement).value })}
  />`;
}

function selectView({ required }: CommandOption, use: OptionFieldUse, choices: readonly MenuChoice[]): TemplateResult {
  return html`<select
    id=${use.id}
    ?required=${required ?? false}
    @change=${(event: Event) => use.onChange({ text: (event.currentTarget as HTMLSelectElement).value })}
  >
    <option value="" ?selected=${use.field.text === ""}>Choose…</option>
    ${choices.map(({ value, label }) => html`<option value=${value} ?selected=${value === use.field.text}>${label}</option>`)}
  </select>`;
}
