import type { World } from "../actions/world.ts";
import { isJsonObject, parseJson } from "../json.ts";
import type { Bot } from "../state/objects.ts";
import { type EndpointAnswer, isJson, postToEndpoint, signBody } from "./endpoint-request.ts";
import { createInteractionToken } from "./interaction-token.ts";

const PING = 1;
const SIGNATURE_BYTES = 64;

/** How a server took what Discord sends to find out whether it checks signatures. */
export interface EndpointVerdict {
  /** It answered a PING with 200 and `{"type":1}`. */
  readonly isPingAnswered: boolean;
  /** It answered a PING with a wrong signature with 401. */
  readonly isForgeryRefused: boolean;
}

/** Sends a server a PING with a right signature and one with a wrong one (docs: interactions/overview, "Setting Up an Endpoint"). */
export async function verifyEndpoint(
  world: World,
  bot: Bot,
  url: string,
  signal: AbortSignal,
): Promise<EndpointVerdict> {
  const { state, randomFor } = world;
  const send = (signature: (timestamp: string, raw: string) => string) =>
    postToEndpoint({ url, body: buildPing(world, bot), at: state.now(), signature, signal });
  const forged = randomFor(`forgery ${state.nextId()}`).bytes(SIGNATURE_BYTES).toString("hex");
  const [valid, refused] = await Promise.all([
    send((timestamp, raw) => signBody(bot, timestamp, raw)),
    send(() => forged),
  ]);
  return { isPingAnswered: isPong(valid), isForgeryRefused: refused?.status === 401 };
}

/** Members as the live service sends them (seen by people who log their endpoint's requests). */
function buildPing({ state, randomFor, identity }: World, { applicationId }: Bot): object {
  const id = state.nextId();
  return {
    id,
    application_id: applicationId,
    type: PING,
    token: createInteractionToken(id, randomFor(`interaction ${id}`)),
    user: state.users.get(identity.ownerId),
    version: 1,
    entitlements: [],
  };
}

function isPong(answer: EndpointAnswer | undefined): boolean {
  if (answer?.status !== 200 || !isJson(answer.contentType)) return false;
  const value = parseJson(answer.content.toString("utf8"))?.value;
  return isJsonObject(value) && value.type === PING;
}
