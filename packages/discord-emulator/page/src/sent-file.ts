/** A file as the control API takes it from a person. */
export interface SentFile {
  readonly filename: string;
  readonly content_base64: string;
  readonly content_type?: string;
}

/** As many arguments as every engine takes in one call. */
const CHUNK_BYTES = 0x8000;

/** Reads a chosen file into what can be sent. Rejects when it cannot be read any more. */
export async function readSentFile(file: File): Promise<SentFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES));
  return { filename: file.name, content_base64: btoa(binary), ...(file.type && { content_type: file.type }) };
}
