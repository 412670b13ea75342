import { html, type TemplateResult } from "lit";

/**
 * What a key means for a list that is open under a text field, whose `index`-th of `count` items is active (-1: none): another active item, the
 * choice of this one, or closing. Null: it is the field's own.
 */
export function listKey(event: KeyboardEvent, count: number, index: number): number | "pick" | "close" | null {
  if (event.isComposing) return null;
  switch (event.key) {
    case "ArrowDown":
      return count === 0 ? null : (index + 1) % count;
    case "ArrowUp":
      return count === 0 ? null : (index <= 0 ? count : index) - 1;
    case "Enter":
    case "Tab":
      return index >= 0 && index < count && !event.shiftKey ? "pick" : null;
    case "Escape":
      return "close";
    default:
      return null;
  }
}

export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/** The list itself. The focus stays in the field, which names the active item by `aria-activedescendant`. */
export function listboxView<T>(options: {
  readonly id: string;
  readonly label: string;
  readonly items: readonly T[];
  readonly index: number;
  readonly face: (item: T) => unknown;
  readonly onPick: (item: T) => void;
}): TemplateResult {
  const { id, items, index } = options;
  return html`<ul class="listbox" role="listbox" id=${id} aria-label=${options.label}>
    ${items.map(
      (item, place) =>
        html`<li
          role="option"
          id=${optionId(id, place)}
          aria-selected=${place === index ? "true" : "false"}
          @mousedown=${(event: Event) => event.preventDefault()}
          @click=${() => options.onPick(item)}
        >
          ${options.face(item)}
        </li>`,
    )}
  </ul>`;
}

/** Keeps the active item in view, after it is drawn. */
export function showActive(root: HTMLElement): void {
  root.querySelector('[role="option"][aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
}
