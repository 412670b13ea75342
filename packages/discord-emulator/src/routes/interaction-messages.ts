import { LOADING } from "../actions/edit-message.ts";
import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingInteraction, type DiscordRoute } from "../http/call.ts";
import { findAnswer, parseAnswer, postAnswer } from "../interactions/answer-message.ts";
import { deleteAnswer, editAnswer } from "../interactions/change-answer.ts";
import type { Interaction } from "../state/interactions.ts";
import type { StoredMessage } from "../state/objects.ts";

const FOLLOWUPS = "/webhooks/:webhook_id/:webhook_token";
const ORIGINAL = `${FOLLOWUPS}/messages/@original`;
const ONE = `${FOLLOWUPS}/messages/:message_id`;

/** Followups of an application that a user alone has installed (docs: "Create Followup Message"). */
const USER_INSTALLED_FOLLOWUP_COUNT = 5;

type Finder = (call: Call) => StoredMessage | Refusal;

/** The interaction of the token, and the world as its application sees it. */
function inInteraction(call: Call): { readonly interaction: Interaction; readonly world: World } {
  const interaction = callingInteraction(call);
  return { interaction, world: { ...call.world, presenter: call.world.presenterFor(interaction.application_id) } };
}

const findOriginal: Finder = (call) => {
  const { interaction, world } = inInteraction(call);
  const id = interaction.response?.message_id;
  return (id === undefined ? undefined : findAnswer(world, id)) ?? refuse(10008);
};

/** A message that was made with the token of the path, or changed by the first answer. */
const findOne: Finder = (call) => {
  const { interaction, world } = inInteraction(call);
  const message = findAnswer(world, call.params.message_id as string);
  const isOwn =
    message?.id === interaction.response?.message_id || message?.interaction_metadata?.id === interaction.id;
  return message && isOwn ? message : refuse(10008);
};

/** Too many are refused only where the application is not installed in the guild. */
function refuseFollowup({ metadata, followup_count: count = 0 }: Interaction): Refusal | undefined {
  const owners = metadata.authorizing_integration_owners as Readonly<Record<string, string>>;
  return owners["0"] === undefined && count >= USER_INSTALLED_FOLLOWUP_COUNT ? refuse(40094) : undefined;
}

function followUp(call: Call): StoredMessage | Refusal {
  const { interaction, world } = inInteraction(call);
  const original = findOriginal(call);
  // Of a deferred answer the first followup is what it becomes (docs: "Create Followup Message").
  if (!isRefusal(original) && (original.flags & LOADING) !== 0) return editAnswer(world, original, call);
  const refusal = refuseFollowup(interaction);
  if (refusal) return refusal;
  const draft = parseAnswer(call);
  if (isRefusal(draft)) return draft;
  return world.state.write(() => {
    const message = postAnswer(world, interaction, draft);
    if (isRefusal(message)) return message;
    const { followup_count: count = 0 } = interaction;
    world.state.interactions.put({ ...interaction, followup_count: count + 1 });
    return message;
  });
}

function routesFor(path: string, find: Finder): readonly DiscordRoute[] {
  return [
    {
      method: "GET",
      path,
      auth: "interaction",
      limit: "webhook.message.get",
      handle(call) {
        const message = find(call);
        return isRefusal(message) ? message : reply(inInteraction(call).world.presenter.message(message));
      },
    },
    {
      method: "PATCH",
      path,
      auth: "interaction",
      limit: "webhook.message.edit",
      takesBody: true,
      handle(call) {
        const message = find(call);
        if (isRefusal(message)) return message;
        const { world } = inInteraction(call);
        const edited = editAnswer(world, message, call);
        return isRefusal(edited) ? edited : replyWritten(200, world.presenter.message(edited), [edited.id]);
      },
    },
    {
      method: "DELETE",
      path,
      auth: "interaction",
      limit: "webhook.message.delete",
      handle(call) {
        const message = find(call);
        if (isRefusal(message)) return message;
        return deleteAnswer(inInteraction(call).world, message) ?? replyEmpty([message.id]);
      },
    },
  ];
}

/**
 * What an application does with the token of an interaction after its first answer (docs:
 * interactions/receiving-and-responding, "Followup Messages"). The paths are those of webhooks, with the application's id.
 */
export const INTERACTION_MESSAGES: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: FOLLOWUPS,
    auth: "interaction",
    limit: "webhook.execute",
    takesBody: true,
    handle(call) {
      const message = followUp(call);
      if (isRefusal(message)) return message;
      return replyWritten(200, inInteraction(call).world.presenter.message(message), [message.id]);
    },
  },
  ...routesFor(ORIGINAL, findOriginal),
  ...routesFor(ONE, findOne),
];
