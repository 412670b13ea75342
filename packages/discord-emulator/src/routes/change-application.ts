import { type Refusal, refuseForm } from "../errors/refusal.ts";
import { type Call, callingBot } from "../http/call.ts";
import { verifyEndpoint } from "../interactions/verify-endpoint.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { LIMITED_INTENT_FLAGS } from "../state/bots.ts";
import type { Bot } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import { PICTURE } from "../validate/picture-rule.ts";
import type { ObjectRule, Rule } from "../validate/rule.ts";
import { toPictureHash } from "./webhook-manage.ts";

const url: Rule = { kind: "url", maxCount: LIMITS.urlCount, schemes: ["http", "https"] };

/** Members that are kept as they come (docs: resources/application, "Edit Current Application"). */
const KEPT: ObjectRule["fields"] = {
  custom_install_url: url,
  role_connections_verification_url: url,
  install_params: {
    kind: "object",
    fields: {
      scopes: { kind: "list", required: true, maxCount: 30, of: { kind: "text", maxCount: 100 } },
      permissions: { kind: "text", required: true, maxCount: 20 },
    },
  },
  integration_types_config: { kind: "any" },
  tags: { kind: "list", maxCount: 5, of: { kind: "text", maxCount: 20 } },
  event_webhooks_url: url,
  event_webhooks_status: { kind: "integer", choices: [1, 2] },
  event_webhooks_types: { kind: "list", maxCount: 100, of: { kind: "text", maxCount: 100 } },
};
const PICTURES = { icon: PICTURE, cover_image: PICTURE };
const BODY: ObjectRule = {
  kind: "object",
  fields: {
    ...KEPT,
    ...PICTURES,
    flags: { kind: "integer", min: 0 },
    interactions_endpoint_url: url,
    description: { kind: "text", maxCount: 400 },
  },
};

/**
 * Changes the application of the calling bot (docs: resources/application, "Edit Current Application"); a refusal when it does
 * not. The interactions endpoint must answer a PING and refuse a forged one, or nothing is changed at all.
 */
export async function changeApplication(call: Call): Promise<Refusal | undefined> {
  const { world, body } = call;
  const { value, issues } = checkBody(BODY, { ...body, description: toDescription(body.description) });
  if (issues.length > 0) return refuseForm(issues);
  const { userId } = callingBot(call);
  const endpoint = value.interactions_endpoint_url as string | undefined;
  const refusal = endpoint === undefined ? undefined : await refuseEndpoint(call, endpoint);
  if (refusal) return refusal;
  world.state.write(() => world.state.bots.put(apply(world.state.bots.get(userId) as Bot, body, value)));
  return undefined;
}

/** The OpenAPI document has an object there, the documentation text. */
function toDescription(description: unknown): unknown {
  return isJsonObject(description) ? description.default : description;
}

function apply(bot: Bot, body: JsonObject, value: JsonObject): Bot {
  const has = (name: string) => Object.hasOwn(body, name);
  const names = [...Object.keys(KEPT), ...Object.keys(PICTURES), "description"].filter(has);
  const profile = { ...bot.profile };
  for (const name of names) {
    // Null takes back what was set.
    delete profile[name];
    if (value[name] !== undefined) profile[name] = name in PICTURES ? toPictureHash(value[name]) : value[name];
  }
  const { interactionsEndpointUrl: current, ...rest } = bot;
  const endpoint = has("interactions_endpoint_url") ? (value.interactions_endpoint_url as string | undefined) : current;
  const flags = Number(value.flags ?? bot.applicationFlags);
  return {
    ...rest,
    profile,
    applicationFlags: (bot.applicationFlags & ~LIMITED_INTENT_FLAGS) | (flags & LIMITED_INTENT_FLAGS),
    ...(endpoint === undefined ? {} : { interactionsEndpointUrl: endpoint }),
  };
}

async function refuseEndpoint(call: Call, endpoint: string): Promise<Refusal | undefined> {
  const refuseUrl = (code: string, message: string) =>
    refuseForm([{ path: ["interactions_endpoint_url"], code, message }]);
  if (!isAcceptable(new URL(endpoint))) {
    const message = "Scheme \"http\" is not supported. Scheme must be one of ('https').";
    return refuseUrl("URL_TYPE_INVALID_SCHEME", message);
  }
  const verdict = await verifyEndpoint(call.world, callingBot(call), endpoint, call.signal);
  if (verdict.isPingAnswered && verdict.isForgeryRefused) return undefined;
  return refuseUrl(
    "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
    "The specified interactions endpoint url could not be verified.",
  );
}

/** Without encryption only within this machine, which Discord itself could not reach. */
function isAcceptable({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
