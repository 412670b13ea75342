import { type ImpossibleRequest, impossible } from "./discord-request.ts";
import type { DiscordFile } from "./transport.ts";

/** https://docs.discord.com/developers/reference#uploading-files and resources/message#create-message. */
const MAX_FILE_COUNT = 10;
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Says what is wrong with a message's files before anything is sent; null when they may go. */
export function filesDefect(files: readonly DiscordFile[] = []): ImpossibleRequest | null {
  if (files.length > MAX_FILE_COUNT) return impossible(`a message takes ${MAX_FILE_COUNT} files`, "too-large");
  if (files.some(({ base64 }) => !BASE64.test(base64))) return impossible("a file is not base64");
  const sizesBytes = files.map(({ base64 }) => Buffer.byteLength(base64, "base64"));
  if (sizesBytes.some((bytes) => bytes > MAX_FILE_BYTES)) return impossible("a file is over 10 MiB", "too-large");
  if (sizesBytes.reduce((sum, bytes) => sum + bytes, 0) > MAX_MESSAGE_BYTES) {
    return impossible("the files are over 25 MiB together", "too-large");
  }
  const names = new Set(files.map(({ name }) => name));
  if (names.has("") || names.size < files.length) return impossible("every file needs a name of its own");
  return null;
}

/** The entries of `attachments` that describe the files: Discord finds `files[n]` by the id `n`. */
export function describeFiles(files: readonly DiscordFile[]): readonly object[] {
  return files.map(({ name, description, isSpoiler }, index) => ({
    id: String(index),
    filename: name,
    description,
    is_spoiler: isSpoiler,
  }));
}

/** A body as it goes on the wire, with the type that announces it. */
export interface EncodedBody {
  readonly contentType: string;
  readonly bytes: string | Uint8Array;
}

/** Writes JSON and files as one multipart body. The boundary is another one each time. */
export async function toMultipart(json: string, files: readonly DiscordFile[]): Promise<EncodedBody> {
  const form = new FormData();
  form.set("payload_json", json);
  for (const [index, { name, base64, contentType = "application/octet-stream" }] of files.entries()) {
    form.set(`files[${index}]`, new Blob([Buffer.from(base64, "base64")], { type: contentType }), name);
  }
  const encoded = new Response(form);
  return { contentType: encoded.headers.get("content-type") ?? "", bytes: await encoded.bytes() };
}
