import type { Attachment } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import type { AttachmentEntry, PlannedFile } from "../validate/plan-files.ts";

/** Attachment flag of pictures that are shown after a click (docs: resources/message, "Attachment Flags"). */
const IS_SPOILER = 1 << 3;

/** Stores the new files of a message and returns what the message says about all of its files. */
export function storeFiles(state: State, messageId: string, files: readonly PlannedFile[]): Attachment[] {
  return files.map((file) => {
    if (file.kind === "kept") return describe(file.attachment, file.entry);
    const { upload, filename, entry } = file;
    const id = state.nextId();
    state.attachments.put(id, messageId, upload);
    const attachment = {
      id,
      filename,
      size: upload.content.byteLength,
      ...(upload.contentType ? { content_type: upload.contentType } : {}),
      ...(filename.startsWith("SPOILER_") ? { flags: IS_SPOILER } : {}),
    };
    return describe(attachment, entry);
  });
}

/** Stores the files of another message once more: a forward keeps them when their first message is gone. */
export function copyFiles(state: State, messageId: string, attachments: readonly Attachment[]): Attachment[] {
  return attachments.map((attachment) => {
    const id = state.nextId();
    const file = state.attachments.get(attachment.id);
    if (file) state.attachments.put(id, messageId, file);
    return { ...attachment, id };
  });
}

function describe(attachment: Attachment, entry: AttachmentEntry | undefined): Attachment {
  if (!entry) return attachment;
  const { is_spoiler, title, description, duration_secs, waveform } = entry;
  const { flags = 0, ...rest } = attachment;
  const changed = is_spoiler === undefined ? flags : is_spoiler ? flags | IS_SPOILER : flags & ~IS_SPOILER;
  return {
    ...rest,
    ...(changed === 0 ? {} : { flags: changed }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(duration_secs === undefined ? {} : { duration_secs }),
    ...(waveform === undefined ? {} : { waveform }),
  };
}
