import type { Upload } from "../actions/upload.ts";
import type { FormIssue } from "../errors/form-errors.ts";
import type { Attachment } from "../state/objects.ts";

/** What a body says about one file: of `files[n]` by its number, or of an attachment that stays. */
export interface AttachmentEntry {
  readonly id: string;
  readonly filename?: string;
  readonly title?: string;
  readonly description?: string;
  readonly is_spoiler?: boolean;
  readonly duration_secs?: number;
  readonly waveform?: string;
}

/** A file that a message is going to have: a new one, or one that it has already. */
export type PlannedFile =
  | { readonly kind: "new"; readonly filename: string; readonly upload: Upload; readonly entry?: AttachmentEntry }
  | {
      readonly kind: "kept";
      readonly filename: string;
      readonly attachment: Attachment;
      readonly entry?: AttachmentEntry;
    };

/**
 * Finds out which files a message is going to have. With `entries`, exactly those, in their order: uploads that are not
 * named are left out, attachments that are not named go. Without them, all (docs: reference, "Editing Message Attachments").
 */
export function planFiles(
  uploads: readonly Upload[],
  kept: readonly Attachment[],
  entries: readonly AttachmentEntry[] | undefined,
  issues: FormIssue[],
): PlannedFile[] {
  if (!entries) return [...kept.map((attachment) => keep(attachment)), ...uploads.map((upload) => take(upload))];
  const files: PlannedFile[] = [];
  for (const [index, entry] of entries.entries()) {
    const attachment = kept.find(({ id }) => id === entry.id);
    const upload = attachment ? undefined : uploads.find((one) => one.index === entry.id);
    if (attachment) files.push(keep(attachment, entry));
    else if (upload) files.push(take(upload, entry));
    else {
      const message = "Attachment data not found";
      issues.push({ path: ["attachments", index], code: "ATTACHMENT_NOT_FOUND", message });
    }
  }
  return files;
}

function keep(attachment: Attachment, entry?: AttachmentEntry): PlannedFile {
  return { kind: "kept", filename: attachment.filename, attachment, ...(entry ? { entry } : {}) };
}

function take(upload: Upload, entry?: AttachmentEntry): PlannedFile {
  return { kind: "new", filename: toFilename(entry?.filename ?? upload.filename), upload, ...(entry ? { entry } : {}) };
}

/** Discord keeps letters, digits, dot, dash and underscore. */
function toFilename(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "_") || "unknown";
}
