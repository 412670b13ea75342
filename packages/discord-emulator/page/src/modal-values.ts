import type { Issue, ModalFields } from "./acting-api.ts";
import type { Component } from "./component-wire.ts";
import { readSentFile } from "./sent-file.ts";

export const TEXT_INPUT = 4;
export const RADIO_GROUP = 21;
export const FILE_UPLOAD = 19;
const CHECKBOX_GROUP = 22;
export const CHECKBOX = 23;
/** Types of components where something is chosen. */
export const CHOOSING: readonly number[] = [3, 5, 6, 7, 8, RADIO_GROUP, CHECKBOX_GROUP];

/** The components that hold an answer, wherever they stand in the modal. */
export function answerable(components: readonly Component[]): Component[] {
  return components.flatMap((component) =>
    component.custom_id !== undefined
      ? [component]
      : answerable([...(component.component ? [component.component] : []), ...(component.components ?? [])]),
  );
}

/** What the form holds: the text of each text input, the files and values chosen in everything else. */
export async function modalFields(components: readonly Component[], form: FormData): Promise<ModalFields> {
  const entries = answerable(components).map(async ({ type, custom_id = "" }) => {
    const values = form.getAll(custom_id);
    if (type === TEXT_INPUT) return [custom_id, String(values[0] ?? "")] as const;
    // A form gives an empty text for a choice that was not made, and a file without a name for one that was not chosen.
    const chosen = values.filter((value) => (typeof value === "string" ? value : value.name) !== "");
    const read = chosen.map((value) => (typeof value === "string" ? value : readSentFile(value)));
    return [custom_id, await Promise.all(read)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What the browser does not check by itself: how many boxes of a group are ticked, and files chosen. */
export function countIssues(components: readonly Component[], fields: ModalFields): Issue[] {
  return answerable(components).flatMap((component) => {
    const { custom_id = "", required = true } = component;
    const count = fields[custom_id]?.length ?? 0;
    const { min, max } = bounds(component);
    if (
      !(isGroup(component) || component.type === FILE_UPLOAD) ||
      (count === 0 && !required) ||
      (count >= min && count <= max)
    )
      return [];
    return [{ where: `fields.${custom_id}`, expected: min === max ? `Choose ${min}.` : `Choose ${min} to ${max}.` }];
  });
}

/** Shown as boxes or dots rather than as a list that opens. */
export function isGroup(component: Component): boolean {
  if (component.type === RADIO_GROUP || component.type === CHECKBOX_GROUP) return true;
  return CHOOSING.includes(component.type) && bounds(component).max > 1;
}

function bounds({ type, min_values = 1, max_values, options = [] }: Component): { min: number; max: number } {
  return { min: min_values, max: max_values ?? (type === CHECKBOX_GROUP ? options.length : 1) };
}
