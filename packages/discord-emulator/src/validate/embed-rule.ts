import { isJsonObject, type JsonObject } from "../json.ts";
import { countCodePoints } from "./check.ts";
import { LIMITS } from "./limits.ts";
import type { ListRule, ObjectRule, TextRule, UrlRule } from "./rule.ts";

const text = (maxCount: number): TextRule => ({ kind: "text", maxCount, trim: true, blankIsAbsent: true });
const link: UrlRule = { kind: "url", maxCount: LIMITS.urlCount, schemes: ["http", "https"] };
const picture: UrlRule = { ...link, schemes: ["http", "https", "attachment"] };
const pictureObject: ObjectRule = { kind: "object", fields: { url: picture } };

const EMBED: ObjectRule = {
  kind: "object",
  fields: {
    title: text(LIMITS.embedTitleCount),
    description: text(LIMITS.embedDescriptionCount),
    url: link,
    color: { kind: "integer", min: 0, max: LIMITS.colorMax },
    timestamp: { kind: "timestamp" },
    footer: { kind: "object", fields: { text: text(LIMITS.embedFooterCount), icon_url: picture } },
    author: { kind: "object", fields: { name: text(LIMITS.embedAuthorCount), url: link, icon_url: picture } },
    image: pictureObject,
    thumbnail: pictureObject,
    fields: {
      kind: "list",
      maxCount: LIMITS.embedFieldCount,
      of: {
        kind: "object",
        fields: {
          name: { ...text(LIMITS.embedFieldNameCount), required: true },
          value: { ...text(LIMITS.embedFieldValueCount), required: true },
          inline: { kind: "boolean" },
        },
      },
    },
  },
};

/** `embeds` of a message (docs: resources/message, "Embed Object"). Type, provider and video are Discord's to set. */
export const EMBEDS: ListRule = { kind: "list", maxCount: LIMITS.embedCount, of: EMBED };

/** What of checked embeds is shown: empty ones vanish, types and defaults are filled in as Discord does. */
export function finishEmbeds(embeds: readonly JsonObject[]): JsonObject[] {
  return embeds.map(dropEmptyParts).filter(isVisible).map(fillDefaults);
}

/** Characters that count towards the limit for all embeds together: not URLs, not the timestamp. */
export function countEmbedCharacters(embeds: readonly JsonObject[]): number {
  let count = 0;
  const add = (value: unknown) => {
    if (typeof value === "string") count += countCodePoints(value);
  };
  for (const embed of embeds) {
    add(embed.title);
    add(embed.description);
    add((embed.footer as JsonObject | undefined)?.text);
    add((embed.author as JsonObject | undefined)?.name);
    for (const field of (embed.fields as JsonObject[] | undefined) ?? []) {
      add(field.name);
      add(field.value);
    }
  }
  return count;
}

/** A footer without text or an author without name is not shown; a picture needs its URL. */
function dropEmptyParts(embed: JsonObject): JsonObject {
  const NEEDED = { footer: "text", author: "name", image: "url", thumbnail: "url" } as const;
  const kept = { ...embed };
  for (const [part, member] of Object.entries(NEEDED)) {
    const value = kept[part];
    if (isJsonObject(value) && value[member] === undefined) delete kept[part];
  }
  if (Array.isArray(kept.fields) && kept.fields.length === 0) delete kept.fields;
  return kept;
}

function isVisible(embed: JsonObject): boolean {
  return ["title", "description", "footer", "author", "image", "thumbnail", "fields"].some((part) => part in embed);
}

function fillDefaults(embed: JsonObject): JsonObject {
  const fields = embed.fields as JsonObject[] | undefined;
  return {
    type: "rich",
    ...embed,
    ...(fields ? { fields: fields.map((field) => ({ inline: false, ...field })) } : {}),
  };
}
