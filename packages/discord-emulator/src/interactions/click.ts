import type { World } from "../actions/world.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { INTERACTION_TYPE } from "../state/interactions.ts";
import type { Bot, StoredMessage } from "../state/objects.ts";
import type { Report } from "../validate/check.ts";
import { findActor } from "./acting-user.ts";
import { findAnswer } from "./answer-message.ts";
import type { InteractionDraft } from "./interaction-draft.ts";
import { isMistake, type Mistake, missing, mistaken, mistakenAt } from "./mistake.ts";
import { ownersIn } from "./owners.ts";
import { pickValues, SELECT_TYPE } from "./pick-values.ts";
import { createResolver } from "./resolve.ts";

const BUTTON = 2;

/** Somebody who presses a button, or picks `values` in a select. */
export interface Click {
  readonly channelId: string;
  readonly messageId: string;
  readonly userId: string;
  readonly customId: string;
  readonly values?: unknown;
}

/** Finds what a click is about, if the user sees it and can use it. */
export function readClick(world: World, click: Click): InteractionDraft | Mistake {
  const place = findActor(world, click.channelId, click.userId);
  if (isMistake(place)) return place;
  const { channel, user } = place;
  const message = findAnswer(world, click.messageId);
  if (message?.channel_id !== channel.id || !isSeenBy(message, user.id)) {
    return missing("There is no such message in this channel that the user can see.");
  }
  const component = findComponent(message.components, click.customId);
  if (!component) {
    return mistakenAt(["custom_id"], "The message has no such component.", "the custom_id of a button or select in it");
  }
  if (component.disabled === true) {
    return mistakenAt(["custom_id"], "The component is disabled.", "a component that is not disabled");
  }
  const bot = findBot(world, message);
  if (!bot) return mistakenAt(["message_id"], "The message is no application's.", "a message of an application");
  const resolver = createResolver(world, place, bot.userId);
  const report: Report = { path: ["values"], issues: [] };
  const picked = component.type === BUTTON ? undefined : pickValues(component, click.values ?? [], resolver, report);
  if (component.type === BUTTON && click.values !== undefined) {
    return mistakenAt(["values"], "Buttons have no values.", "nothing, for a button");
  }
  if (report.issues.length > 0) return mistaken("These values cannot be picked.", report.issues);
  const resolved = resolver.result();
  const data = {
    custom_id: click.customId,
    component_type: component.type,
    id: component.id,
    ...(picked ? { values: picked } : {}),
    ...(resolved ? { resolved } : {}),
  };
  const owners = ownersIn(channel);
  return { type: INTERACTION_TYPE.component, bot, channel, user, data, owners, message };
}

function isSeenBy({ viewer_id }: StoredMessage, userId: string): boolean {
  return viewer_id === undefined || viewer_id === userId;
}

/** Whose message it is: an application's bot, or a webhook that it owns. */
function findBot({ state }: World, { application_id, author }: StoredMessage): Bot | undefined {
  return state.bots.get(application_id ?? author.id);
}

/** The interactive component with that id, wherever it is. */
function findComponent(components: readonly JsonObject[], customId: string): JsonObject | undefined {
  for (const component of components) {
    const isInteractive = [BUTTON, ...Object.values(SELECT_TYPE)].includes(Number(component.type));
    if (isInteractive && component.custom_id === customId) return component;
    const inner = [component.components, component.accessory].flat().filter(isJsonObject);
    const found = findComponent(inner, customId);
    if (found) return found;
  }
  return undefined;
}
