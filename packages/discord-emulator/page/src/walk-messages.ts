const ROW = "[data-message-id]";

/** Arrow keys on the log, or on a message in it, move the focus from message to message; the log itself leads to the newest one. */
export function walkMessages(event: KeyboardEvent): void {
  const log = event.currentTarget as HTMLElement;
  const target = event.target as HTMLElement;
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  if (target !== log && !target.matches(ROW)) return;
  const rows = [...log.querySelectorAll<HTMLElement>(ROW)];
  const index = target === log ? rows.length : rows.indexOf(target);
  const next = rows[index + (event.key === "ArrowUp" ? -1 : 1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Lets Tab reach the tools of the message that has the focus, and of no other: hundreds of them would bar the way. */
export function offerTools(event: FocusEvent): void {
  const log = event.currentTarget as HTMLElement;
  const row = (event.target as HTMLElement).closest(ROW);
  for (const tool of log.querySelectorAll<HTMLElement>('.tool[tabindex="0"]'))
    if (!row?.contains(tool)) tool.tabIndex = -1;
  for (const tool of row?.querySelectorAll<HTMLElement>(".tool") ?? []) tool.tabIndex = 0;
}
