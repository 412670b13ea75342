import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { Context } from "./context.ts";
import { parseContextFlags } from "./context-flags.ts";
import { ExitCode } from "./exit-code.ts";
import type { Failure } from "./report-failure.ts";

/** The parts of an alert that options can say. */
export interface AlertFlags {
  readonly message?: string;
  readonly severity?: string;
  readonly type?: string;
  readonly context?: readonly string[];
  readonly actionHint?: string;
  readonly topic?: string;
  readonly monitorId?: string;
  readonly dedupKey?: string;
  readonly action?: string;
  readonly link?: readonly string[];
  readonly channel?: readonly string[];
  readonly status?: string;
  readonly file?: string;
}

export type AlertInputResult =
  /** As it goes to the relay, which judges it. */
  | { readonly kind: "alert"; readonly alert: Record<string, unknown> }
  | { readonly kind: "invalid"; readonly failure: Failure };

/** More than any alert may weigh; keeps a wrong file from being read whole. */
const MAX_INPUT_BYTES = 1_048_576;

const invalid = (what: string, advice: string): AlertInputResult => ({
  kind: "invalid",
  failure: { exitCode: ExitCode.wrongUse, what, advice },
});

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk as string | Uint8Array);
    sizeBytes += buffer.byteLength;
    if (sizeBytes > MAX_INPUT_BYTES) throw new Error("it is larger than 1 MiB");
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function readJson(context: Context, file: string): Promise<AlertInputResult> {
  const name = file === "-" ? "stdin" : file;
  let text: string;
  try {
    text = await readAll(file === "-" ? context.stdin : createReadStream(resolve(context.cwd, file)));
  } catch (error) {
    return invalid(`cannot read ${name}: ${(error as Error).message}`, "give a file that holds one JSON alert");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return invalid(`${name} is not JSON: ${(error as Error).message}`, 'it should hold {"title": "…", …}');
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return invalid(`${name} holds no JSON object`, 'one alert a call: {"title": "…", …}');
  return { kind: "alert", alert: value as Record<string, unknown> };
}

function toLink(text: string): { readonly label?: string; readonly url: string } {
  // A label may not look like the start of a URL, so that a query's = does not split it.
  const { label, url } = /^(?<label>[^=:/?]+)=(?<url>[a-z]+:\/\/.*)$/i.exec(text)?.groups ?? {};
  return label !== undefined && url !== undefined ? { label, url } : { url: text };
}

/**
 * Builds the alert from `--file` or stdin (`-`), with the title and the options laid over it. Only what the relay could
 * not say better is refused here: unreadable input, and neither title nor message.
 */
export async function readAlert(
  context: Context,
  title: string | undefined,
  flags: AlertFlags,
): Promise<AlertInputResult> {
  if (title === "-" && flags.file !== undefined && flags.file !== "-")
    return invalid("both - and --file say where the alert is", "give one of them");
  const file = title === "-" ? "-" : flags.file;
  const base = file === undefined ? ({ kind: "alert", alert: {} } as const) : await readJson(context, file);
  if (base.kind === "invalid") return base;
  const facts = flags.context === undefined ? undefined : parseContextFlags(flags.context);
  if (facts?.kind === "invalid") return invalid(facts.what, "write --context key=value, or one logfmt line");
  const given: Record<string, unknown> = {
    title: title === "-" ? undefined : title,
    message: flags.message,
    severity: flags.severity,
    type: flags.type,
    context: facts?.values,
    action_hint: flags.actionHint,
    topic: flags.topic,
    monitor_id: flags.monitorId,
    dedup_key: flags.dedupKey,
    action: flags.action,
    links: flags.link?.map(toLink),
    channels: flags.channel,
    status: flags.status,
  };
  const alert = {
    ...base.alert,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  if (file === undefined && !("title" in alert) && !("message" in alert))
    return invalid("an alert needs a title or a --message", 'for example: tocsin send "Disk almost full"');
  return { kind: "alert", alert };
}
