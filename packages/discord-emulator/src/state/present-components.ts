import { createHash } from "node:crypto";
import type { JsonObject } from "../json.ts";
import type { Attachment } from "./objects.ts";

const SELECT_TYPES = [3, 5, 6, 7, 8];
const ATTACHMENT_REFERENCE = "attachment://";

/** A file of the message with its address. */
export interface ShownFile extends Attachment {
  readonly url: string;
}

/** Components as Discord answers them: defaults filled in, and media with their addresses in the place of `attachment://name`. */
export function presentComponents(components: readonly JsonObject[], files: readonly ShownFile[]): JsonObject[] {
  const byName = new Map(files.map((file) => [file.filename, file]));

  function presentMedia({ url }: JsonObject): JsonObject {
    const text = String(url);
    const file = text.startsWith(ATTACHMENT_REFERENCE)
      ? byName.get(text.slice(ATTACHMENT_REFERENCE.length))
      : undefined;
    if (!file) return { id: toMediaId(text), url: text, proxy_url: text };
    const type = file.content_type === undefined ? {} : { content_type: file.content_type };
    return { id: file.id, url: file.url, proxy_url: file.url, attachment_id: file.id, ...type };
  }

  function presentFile(component: JsonObject): JsonObject {
    const { url } = component.file as JsonObject;
    const file = byName.get(String(url).slice(ATTACHMENT_REFERENCE.length));
    return {
      spoiler: false,
      ...component,
      name: file?.filename ?? "",
      size: file?.size ?? 0,
      file: presentMedia(component.file as JsonObject),
    };
  }

  function present(component: JsonObject): JsonObject {
    const inner = component.components as JsonObject[] | undefined;
    const shown = inner ? { ...component, components: inner.map(present) } : component;
    switch (Number(component.type)) {
      case 9:
        return { ...shown, accessory: present(component.accessory as JsonObject) };
      case 11:
        return { description: null, spoiler: false, ...shown, media: presentMedia(component.media as JsonObject) };
      case 12:
        return { ...shown, items: (component.items as JsonObject[]).map(presentItem) };
      case 13:
        return presentFile(component);
      case 14:
        return { spacing: 1, divider: true, ...shown };
      case 17:
        return { accent_color: null, spoiler: false, ...shown };
      default:
        return SELECT_TYPES.includes(Number(component.type)) ? { min_values: 1, max_values: 1, ...shown } : shown;
    }
  }

  function presentItem(item: JsonObject): JsonObject {
    return { description: null, spoiler: false, ...item, media: presentMedia(item.media as JsonObject) };
  }

  return components.map(present);
}

/** An id for media from elsewhere: the same address has always the same one. */
function toMediaId(url: string): string {
  return (createHash("sha256").update(url).digest().readBigUInt64BE() >> 2n).toString();
}
