import type { Database } from "./database.ts";

/** A file that came with a message. */
export interface StoredFile {
  readonly contentType: string | undefined;
  readonly content: Uint8Array;
}

/** Contents of uploaded files. What a message says about them is part of the message. */
export interface Attachments {
  get(id: string): StoredFile | undefined;
  put(id: string, messageId: string, file: StoredFile): void;
  /** Removes the files of a message, except `keptIds`. */
  deleteOf(messageId: string, keptIds?: readonly string[]): void;
}

export function createAttachments(database: Database): Attachments {
  return {
    get(id) {
      const row = database.get("SELECT content_type, content FROM attachments WHERE id = ?", BigInt(id));
      if (!row) return undefined;
      const contentType = row.content_type;
      return {
        contentType: typeof contentType === "string" ? contentType : undefined,
        content: row.content as Uint8Array,
      };
    },
    put(id, messageId, { contentType, content }) {
      database.run(
        "INSERT INTO attachments (id, message_id, content_type, content) VALUES (?, ?, ?, ?)",
        BigInt(id),
        BigInt(messageId),
        contentType ?? null,
        content,
      );
    },
    deleteOf(messageId, keptIds = []) {
      const rows = database.all(
        "SELECT CAST(id AS TEXT) AS id FROM attachments WHERE message_id = ?",
        BigInt(messageId),
      );
      for (const row of rows) {
        const id = String(row.id);
        if (!keptIds.includes(id)) database.run("DELETE FROM attachments WHERE id = ?", BigInt(id));
      }
    },
  };
}
