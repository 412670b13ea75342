import type { Upload } from "../actions/upload.ts";
import type { World } from "../actions/world.ts";
import { isRefusal } from "../errors/refusal.ts";
import type { Services } from "../http/services.ts";
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import type { Bot } from "../state/objects.ts";
import type { AnswerBody } from "./answer-message.ts";
import { type EndpointAnswer, isJson, postToEndpoint, signBody } from "./endpoint-request.ts";
import type { OpenedInteraction } from "./open-interaction.ts";
import { respond } from "./respond.ts";
import { failInteraction } from "./settle-interaction.ts";
import { type EndpointVerdict, verifyEndpoint } from "./verify-endpoint.ts";

/** With one of so many interactions come requests that find out whether signatures are still checked. */
const PROBE_EVERY_COUNT = 10;

/** Brings interactions to applications that take them by HTTP. */
export interface EndpointDelivery {
  /** Posts an interaction and takes the answer, if it is one; anything but that, or an empty 202, fails the interaction. */
  deliver(bot: Bot, opened: OpenedInteraction): Promise<void>;
  /** Tests the application's server again; it loses its URL when it fails. */
  probe(bot: Bot): Promise<EndpointVerdict | undefined>;
}

/** Creates deliveries that end with the emulator. When probes come is decided by its seed. */
export function createEndpointDelivery({ world, closing }: Services): EndpointDelivery {
  const { state } = world;
  const random = world.randomFor("endpoint probes");
  let untilProbeCount = nextProbe();

  /** Between one and twice as many as on average, less one. */
  function nextProbe(): number {
    return 1 + Math.floor(random.fraction() * (2 * PROBE_EVERY_COUNT - 1));
  }

  async function probe(bot: Bot): Promise<EndpointVerdict | undefined> {
    const url = bot.interactionsEndpointUrl;
    if (url === undefined) return undefined;
    const verdict = await verifyEndpoint(world, bot, url, closing);
    if (closing.aborted || (verdict.isPingAnswered && verdict.isForgeryRefused)) return verdict;
    const { interactionsEndpointUrl: current, ...rest } = state.bots.get(bot.userId) as Bot;
    // Its owner may have set another one meanwhile.
    if (current === url) state.write(() => state.bots.put(rest));
    return verdict;
  }

  return {
    probe,
    async deliver(bot, opened) {
      untilProbeCount -= 1;
      const isDue = untilProbeCount === 0;
      if (isDue) untilProbeCount = nextProbe();
      await Promise.all([post(bot, opened), isDue ? probe(bot) : undefined]);
    },
  };

  async function post(bot: Bot, { interaction, payload }: OpenedInteraction): Promise<void> {
    const answer = await postToEndpoint({
      url: bot.interactionsEndpointUrl as string,
      body: payload,
      at: state.now(),
      signature: (timestamp, raw) => signBody(bot, timestamp, raw),
      signal: closing,
    });
    const body = answer?.status === 200 ? await readAnswer(answer) : undefined;
    if (!closing.aborted) take(world, interaction.id, answer?.status, body);
  }
}

function take(world: World, id: string, status: number | undefined, body: AnswerBody | undefined): void {
  // The application answers, or has answered, by the callback route.
  if (status === 202) return;
  const interaction = world.state.interactions.get(id);
  if (!interaction || (body && !isRefusal(respond(world, interaction, body)))) return;
  failInteraction(world, id);
}

/** An answer as JSON, or with files beside it as on the callback route. */
async function readAnswer({ contentType, content }: EndpointAnswer): Promise<AnswerBody | undefined> {
  if (isJson(contentType)) return toBody(content.toString("utf8"), []);
  if (!contentType.startsWith("multipart/form-data")) return undefined;
  const headers = { "content-type": contentType };
  const form = await new Response(new Uint8Array(content), { headers }).formData().catch(() => undefined);
  const files = [...(form ?? [])].filter((entry): entry is [string, File] => typeof entry[1] !== "string");
  const uploads = files.map(
    async ([name, file], position): Promise<Upload> => ({
      index: /^files\[(\d+)\]$/.exec(name)?.[1] ?? String(position),
      filename: file.name,
      contentType: file.type === "" ? undefined : file.type,
      content: new Uint8Array(await file.arrayBuffer()),
    }),
  );
  return toBody(form?.get("payload_json"), await Promise.all(uploads));
}

function toBody(text: unknown, uploads: readonly Upload[]): AnswerBody | undefined {
  const value = typeof text === "string" ? parseJson(text)?.value : undefined;
  return isJsonObject(value) ? { body: value as JsonObject, uploads } : undefined;
}
