import type { Attachment } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import type { MessageDraft } from "../validate/parse-draft.ts";

/** A file of a multipart body; `index` is the n of its part name `files[n]`. */
export interface Upload {
  readonly index: string;
  readonly filename: string;
  readonly contentType: string | undefined;
  readonly content: Uint8Array;
}

/** Stores the uploads of a message and returns what the message says about them. */
export function storeUploads(
  state: State,
  messageId: string,
  uploads: readonly Upload[],
  draft: Pick<MessageDraft, "attachments">,
): Attachment[] {
  return uploads.map((upload) => {
    const described = draft.attachments?.find((entry) => entry.id === upload.index);
    const id = state.nextId();
    state.attachments.put(id, messageId, upload);
    return {
      id,
      filename: toFilename(described?.filename ?? upload.filename),
      size: upload.content.byteLength,
      ...(upload.contentType ? { content_type: upload.contentType } : {}),
      ...(described?.description ? { description: described.description } : {}),
    };
  });
}

/** Discord keeps letters, digits, dot, dash and underscore. */
function toFilename(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "_") || "unknown";
}
