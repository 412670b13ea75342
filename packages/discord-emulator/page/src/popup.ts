/**
 * Shows a popover beside `anchor`. The browser closes it on Escape and on a click elsewhere, and gives the focus back; where it cannot place it
 * beside something, it stands in the middle.
 */
export function showPopup(popup: HTMLElement, anchor: HTMLElement): void {
  // `source` makes the anchor: https://html.spec.whatwg.org/multipage/popover.html. The types of today's TypeScript do not know it.
  popup.showPopover({ source: anchor } as Parameters<HTMLElement["showPopover"]>[0]);
}

/** Arrow keys, Home and End move the focus among the buttons and fields of a popup. */
export function moveFocus(event: KeyboardEvent): void {
  const popup = event.currentTarget as HTMLElement;
  const items = [...popup.querySelectorAll<HTMLElement>("[data-item]")];
  const index = items.indexOf(document.activeElement as HTMLElement);
  const next = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    ArrowRight: index + 1,
    ArrowLeft: index - 1,
    Home: 0,
    End: -1,
  }[event.key];
  if (
    next === undefined ||
    items.length === 0 ||
    (event.target instanceof HTMLInputElement && event.target.type === "text")
  )
    return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}
