import type { Upload } from "../actions/upload.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import type { StoredMessage } from "../state/objects.ts";
import { checkMentionConflict } from "./allowed-mentions.ts";
import { checkBody, complain, type Report } from "./check.ts";
import { checkComponents } from "./check-components.ts";
import { countEmbedCharacters, finishEmbeds } from "./embed-rule.ts";
import { LIMITS } from "./limits.ts";
import { findMissingFiles } from "./media-references.ts";
import { type AttachmentEntry, type PlannedFile, planFiles } from "./plan-files.ts";
import type { ObjectRule } from "./rule.ts";
import { IS_VOICE_MESSAGE, refuseVoiceMessage } from "./voice-message.ts";

export const IS_COMPONENTS_V2 = 1 << 15;
/** Only the user of an interaction sees the message. */
export const EPHEMERAL: number = 1 << 6;
/** SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2: all that every sender may set; other bits are ignored. */
const SETTABLE_FLAGS = (1 << 2) | (1 << 12) | IS_COMPONENTS_V2;

/** A checked body: what the sender wants the message to be. Members that were absent or null are absent. */
export interface MessageDraft {
  readonly content?: string;
  readonly embeds?: readonly JsonObject[];
  readonly components?: readonly JsonObject[];
  readonly flags: number;
  readonly tts: boolean;
  readonly allowedMentions?: JsonObject;
  /** Files that the message is going to have. */
  readonly files?: readonly PlannedFile[];
  readonly poll?: JsonObject;
  /** All checked members, for what belongs to one kind of body only. */
  readonly fields: JsonObject;
}

/** How a body is to be judged. */
export interface DraftOptions {
  readonly rule: ObjectRule;
  /** `ignored`: the webhook's caller did not ask for components; `display`: nothing interactive. */
  readonly components: "all" | "display" | "ignored";
  readonly uploads: readonly Upload[];
  /** Bots may send voice messages. @default false */
  readonly mayBeVoice?: true;
  /** Answers to interactions may be for one user only. @default false */
  readonly mayBeEphemeral?: true;
  /** The message, when it is being edited. */
  readonly existing?: Pick<StoredMessage, "flags" | "attachments">;
}

/** Checks the body of a message. */
export function parseDraft(body: JsonObject, options: DraftOptions): MessageDraft | Refusal {
  if (Array.isArray(body.attachments) && body.attachments.length > LIMITS.attachmentCount) return refuse(30015);
  const { value, issues } = checkBody(options.rule, body);
  const at = (...path: string[]): Report => ({ path, issues });
  const settable =
    SETTABLE_FLAGS | (options.mayBeVoice ? IS_VOICE_MESSAGE : 0) | (options.mayBeEphemeral ? EPHEMERAL : 0);
  const flags = Number(value.flags ?? 0) & settable;
  const isV2 = ((flags | (options.existing?.flags ?? 0)) & IS_COMPONENTS_V2) !== 0;
  const embeds = value.embeds as JsonObject[] | undefined;

  if (embeds && countEmbedCharacters(embeds) > LIMITS.embedTotalCount) {
    complain(at("embeds"), "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${LIMITS.embedTotalCount}`);
  }
  const allowedMentions = value.allowed_mentions as JsonObject | undefined;
  if (allowedMentions) checkMentionConflict(allowedMentions, at("allowed_mentions"));
  if (isV2) refuseLegacyMembers(value, at);
  const components = parseComponents(body.components, isV2, options, at("components"));
  if (issues.length > 0) return refuseForm(issues);

  const files = planFiles(
    options.uploads,
    options.existing?.attachments ?? [],
    readEntries(body, value, options),
    issues,
  );
  if (components) issues.push(...findMissingFiles(components, new Set(files.map(({ filename }) => filename))));
  if (issues.length > 0) return refuseForm(issues);
  if (files.length > LIMITS.attachmentCount) return refuse(30015);
  if ((flags & IS_VOICE_MESSAGE) !== 0) {
    const code = refuseVoiceMessage(
      files,
      Boolean(value.content || embeds?.length || value.poll || components?.length),
    );
    if (code !== undefined) return refuse(code);
  }
  return {
    flags,
    tts: value.tts === true,
    fields: value,
    ...(typeof value.content === "string" ? { content: value.content } : {}),
    ...(embeds ? { embeds: finishEmbeds(embeds) } : {}),
    ...(components ? { components } : {}),
    ...(allowedMentions ? { allowedMentions } : {}),
    files,
    ...(value.poll ? { poll: value.poll as JsonObject } : {}),
  };
}

/** The files that the body names; undefined: it leaves them as they are. On an edit, null names none. */
function readEntries(body: JsonObject, value: JsonObject, { existing }: DraftOptions): AttachmentEntry[] | undefined {
  const entries = value.attachments as AttachmentEntry[] | undefined;
  return existing && Object.hasOwn(body, "attachments") ? (entries ?? []) : entries;
}

function parseComponents(
  value: unknown,
  isV2: boolean,
  options: DraftOptions,
  report: Report,
): JsonObject[] | undefined {
  if (options.components === "ignored" || value === undefined || value === null) return undefined;
  return checkComponents(value, { isV2, isInteractive: options.components === "all" }, report);
}

/** A components V2 message holds nothing but components and files (docs: components/reference). */
export function refuseLegacyMembers(value: Readonly<Record<string, unknown>>, at: (...path: string[]) => Report): void {
  for (const name of ["content", "embeds", "poll", "sticker_ids"]) {
    const member = value[name];
    const isEmpty = member === undefined || member === "" || (Array.isArray(member) && member.length === 0);
    if (isEmpty) continue;
    const message = `The '${name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    complain(at(name), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
  }
}
