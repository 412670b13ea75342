import type { World } from "../actions/world.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { check, complain, type Report } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { Rule } from "../validate/rule.ts";
import type { Resolver } from "./resolve.ts";

/** A file that somebody gives to an application: what the application hears of it, and what is stored. */
interface ReceivedFile {
  readonly attachment: JsonObject & { readonly id: string };
  readonly contentType: string | undefined;
  readonly content: Uint8Array;
}

/** The files that come with one interaction. */
export interface FileIntake {
  /** Takes a file in, resolves it, and returns its id. Undefined: it is none, as `report` says. */
  receive(value: unknown, report: Report): string | undefined;
  /** Stores all that came. Only within a transaction. */
  store(interactionId: string): void;
}

/** Creates an empty intake for what happens in a channel. */
export function createFileIntake(world: World, channelId: string, resolver: Resolver): FileIntake {
  const files: ReceivedFile[] = [];
  return {
    receive(value, report) {
      const file = receiveFile(world, channelId, value, report);
      if (!file) return undefined;
      files.push(file);
      resolver.attachment(file.attachment);
      return file.attachment.id;
    },
    store(interactionId) {
      for (const { attachment, ...file } of files) world.state.attachments.put(attachment.id, interactionId, file);
    },
  };
}

const FILE: Rule = {
  kind: "object",
  fields: {
    filename: { kind: "text", required: true, minCount: 1, maxCount: 1024 },
    content: { kind: "text", maxCount: LIMITS.fileBytes },
    content_base64: { kind: "text", maxCount: 2 * LIMITS.fileBytes },
    content_type: { kind: "text", maxCount: 200 },
  },
};

/** Reads a file as control requests give it: a name, and text or bytes in base64. Complains about anything else. */
function receiveFile(
  { state, baseUrl }: World,
  channelId: string,
  value: unknown,
  report: Report,
): ReceivedFile | undefined {
  const expected = "a file: {filename, content | content_base64, content_type?}";
  if (!isJsonObject(value)) return complain(report, "EXPECTED", expected);
  const file = check(FILE, value, report) as JsonObject;
  if (file.filename === undefined) return undefined;
  if ((file.content === undefined) === (file.content_base64 === undefined))
    return complain(report, "EXPECTED", expected);
  const content =
    file.content === undefined
      ? Buffer.from(String(file.content_base64), "base64")
      : Buffer.from(String(file.content), "utf8");
  if (content.byteLength > LIMITS.fileBytes) return complain(report, "EXPECTED", `at most ${LIMITS.fileBytes} bytes`);
  const contentType = file.content_type as string | undefined;
  const id = state.nextId();
  const filename = String(file.filename).replace(/[^\p{L}\p{N}._-]+/gu, "_");
  const url = `${baseUrl()}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
  const attachment = {
    id,
    filename,
    size: content.byteLength,
    url,
    proxy_url: url,
    ephemeral: true,
    ...(contentType === undefined ? {} : { content_type: contentType }),
  };
  return { attachment, contentType, content };
}
