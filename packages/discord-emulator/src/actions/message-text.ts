import { isJsonObject, type JsonObject } from "../json.ts";

const TEXT_DISPLAY = 10;

/** All text of a message that can mention somebody: its content, or what its components display (docs: resources/message, "Edit Message"). */
export function textOf(content: string, components: readonly JsonObject[]): string {
  const displayed = components.flatMap(displayedIn);
  return displayed.length === 0 ? content : [content, ...displayed].join("\n");
}

function displayedIn(component: JsonObject): string[] {
  if (component.type === TEXT_DISPLAY) return [String(component.content)];
  const inner = [component.components, component.accessory].flat().filter(isJsonObject);
  return inner.flatMap(displayedIn);
}
