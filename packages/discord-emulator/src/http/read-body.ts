import type { MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { Upload } from "../actions/upload.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { isJsonObject, isTooDeep, type JsonObject, parseJson } from "../json.ts";
import { LIMITS } from "../validate/limits.ts";

/** A request body: its members and the files that came with it, or a list. */
export interface RequestBody {
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
  readonly list?: readonly unknown[];
}

const FILE_PART = /^files\[(\d+)\]$/;

/**
 * Reads a JSON, form or multipart body as Discord does (docs: reference, "Uploading Files"). An empty body is `{}`. What
 * it returns nests at most 100 levels deep.
 */
export async function readBody(request: FastifyRequest, wanted: true | "list" = true): Promise<RequestBody | Refusal> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data") return readMultipart(request);
  const raw = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
  if (type === "application/x-www-form-urlencoded") {
    return { body: Object.fromEntries(new URLSearchParams(raw)), uploads: [] };
  }
  if (raw.trim() === "") return { body: {}, uploads: [] };
  if (type !== "application/json") {
    const message = "Expected \"Content-Type\" header to be one of {'application/json'}.";
    return refuseForm([{ path: [], code: "CONTENT_TYPE_INVALID", message }]);
  }
  return readJson(raw, wanted);
}

function readJson(raw: string, wanted: true | "list" = true): RequestBody | Refusal {
  const parsed = parseJson(raw);
  if (!parsed) return refuse(50109);
  return toBody(parsed.value, wanted);
}

function toBody(value: unknown, wanted: true | "list" = true): RequestBody | Refusal {
  if (isTooDeep(value)) return refuse(50109);
  if (wanted === "list") {
    if (Array.isArray(value)) return { body: {}, uploads: [], list: value };
    return refuseForm([{ path: [], code: "LIST_TYPE_CONVERT", message: "Only iterables may be used in a ListType" }]);
  }
  if (isJsonObject(value)) return { body: value, uploads: [] };
  return refuseForm([{ path: [], code: "MODEL_TYPE_CONVERT", message: "Expected an object/dictionary." }]);
}

async function readMultipart(request: FastifyRequest): Promise<RequestBody | Refusal> {
  if (Number(request.headers["content-length"] ?? 0) > LIMITS.requestBytes) return refuse(40005);
  const fields: JsonObject = {};
  const uploads: Upload[] = [];
  // The parser limits parts, not their sum; without Content-Length only counting tells.
  let sizeBytes = 0;
  request.raw.on("data", (chunk: Buffer) => {
    sizeBytes += chunk.byteLength;
  });
  for await (const part of request.parts()) {
    if (part.type === "file") uploads.push(await readFile(part, uploads.length));
    else fields[part.fieldname] = part.value;
    if (sizeBytes > LIMITS.requestBytes) {
      // Read to its end, into nothing: a client that still sends would not see the answer.
      request.raw.unpipe();
      request.raw.resume();
      return refuse(40005);
    }
  }
  const { payload_json: payload, ...rest } = fields;
  if (payload === undefined) return isTooDeep(rest) ? refuse(50109) : { body: rest, uploads };
  // A part that calls itself JSON arrives parsed.
  const read = typeof payload === "string" ? readJson(payload) : toBody(payload);
  return "body" in read ? { body: read.body, uploads } : read;
}

async function readFile(part: MultipartFile, count: number): Promise<Upload> {
  const content = await part.toBuffer();
  return {
    index: FILE_PART.exec(part.fieldname)?.[1] ?? String(count),
    filename: part.filename,
    contentType: part.mimetype,
    content,
  };
}
