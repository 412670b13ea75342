import type { MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { Upload } from "../actions/uploads.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { isJsonObject, type JsonObject } from "../json.ts";

/** A request body: its members and the files that came with it. */
export interface RequestBody {
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
}

const FILE_PART = /^files\[(\d+)\]$/;

/** Reads a JSON, form or multipart body as Discord does (docs: reference, "Uploading Files"). An empty body is `{}`. */
export async function readBody(request: FastifyRequest): Promise<RequestBody | Refusal> {
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
  return parseJson(raw);
}

function parseJson(raw: string): RequestBody | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return refuse(50109);
  }
  if (isJsonObject(value)) return { body: value, uploads: [] };
  return refuseForm([{ path: [], code: "MODEL_TYPE_CONVERT", message: "Expected an object/dictionary." }]);
}

async function readMultipart(request: FastifyRequest): Promise<RequestBody | Refusal> {
  const fields: JsonObject = {};
  const uploads: Upload[] = [];
  for await (const part of request.parts()) {
    if (part.type === "file") uploads.push(await readFile(part, uploads.length));
    else fields[part.fieldname] = part.value;
  }
  const { payload_json: payload, ...rest } = fields;
  if (payload === undefined) return { body: rest, uploads };
  // A part that calls itself JSON arrives parsed.
  const parsed = isJsonObject(payload) ? { body: payload, uploads: [] } : parseJson(String(payload));
  return "body" in parsed ? { body: parsed.body, uploads } : parsed;
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
