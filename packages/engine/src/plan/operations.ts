import {
  type RenderOptions,
  renderAlert,
  renderDigest,
  renderNotice,
  renderPack,
  renderThreadName,
} from "@tocsin/alert/embed";
import type { DiscordMessage, DiscordOperation } from "@tocsin/discord-transport";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { isSilent, mentionsFor } from "../routing/delivery-options.ts";
import type { Destination } from "../routing/routing.ts";
import { viewOf } from "./alert-view.ts";
import { type News, newsOf } from "./news.ts";
import type { SubjectState } from "./next-step.ts";
import type { Face } from "./sealed-call.ts";
import { tagsOf } from "./thread-tags.ts";

/** How messages look at a destination. */
export type Looks = Pick<Destination, "username" | "avatarUrl" | "forum" | "forumTagIds">;

/** What one message shows. */
export interface Content {
  readonly face: Face;
  readonly states: readonly SubjectState[];
  /** Rendered so that Discord cannot object to the form. */
  readonly isStrict: boolean;
}

/** Where a message of the ledger is. */
type Place = Pick<LedgerEntry, "messageId" | "threadId">;

const inThread = ({ threadId }: Pick<Place, "threadId">) => (threadId === undefined ? {} : { threadId });

/** Who a message is from, where the transport can say so. */
const authorOf = ({ username, avatarUrl }: Looks) => ({
  ...(username === undefined ? {} : { username }),
  ...(avatarUrl === undefined ? {} : { avatarUrl }),
});

function render({ face, states, isStrict }: Content, looks: Looks): DiscordMessage {
  const first = states[0] as SubjectState;
  const { alert } = first.record;
  const mentions = mentionsFor(alert, first.delivery.mentions);
  const options: RenderOptions = {
    ...authorOf(looks),
    ...(mentions === undefined ? {} : { mentions }),
    ...(isSilent(alert, first.delivery.silent) ? { isSilent: true } : {}),
    ...(isStrict ? { isStrict: true } : {}),
  };
  const views = states.map(({ record }) => viewOf(record));
  if (face === "digest") return renderDigest(views, options).message as DiscordMessage;
  const [view] = views;
  const isAlone = views.length === 1 && view !== undefined;
  return (isAlone ? renderAlert(view, options) : renderPack(views, options)).message as DiscordMessage;
}

export function postOperation(content: Content, looks: Looks): DiscordOperation {
  const message = render(content, looks);
  if (looks.forum !== true) return { kind: "send", message };
  const { alert } = (content.states[0] as SubjectState).record;
  const appliedTagIds = tagsOf(alert, looks.forumTagIds);
  return {
    kind: "send",
    message,
    threadName: renderThreadName(alert.title),
    ...(appliedTagIds.length === 0 ? {} : { appliedTagIds }),
  };
}

export function editOperation(content: Content, place: Place, looks: Looks): DiscordOperation {
  return { kind: "edit", messageId: place.messageId, ...inThread(place), message: render(content, looks) };
}

/** Strictly, no reply: it needs the right to read the channel's history. */
const replyingTo = ({ messageId }: Place, isStrict: boolean) => (isStrict ? {} : { replyTo: messageId });

/** It stands for an edit: it pings where a notice of the same would. */
function asLoudAsNotice(state: SubjectState): SubjectState {
  const { record, entry, delivery } = state;
  const news = entry === undefined ? null : newsOf(record, entry);
  const pings = delivery.escalation === "ping" && (news === "escalated" || news === "reopened");
  return pings ? state : { ...state, delivery: { ...delivery, mentions: null } };
}

/** The whole card anew, below the message that cannot be edited. */
export function replyOperation(content: Content, place: Place, looks: Looks): DiscordOperation {
  const reply = replyingTo(place, content.isStrict);
  const message = render({ ...content, states: content.states.map(asLoudAsNotice) }, looks);
  return { kind: "send", ...reply, ...inThread(place), message };
}

/** How news is told. */
export interface Telling {
  readonly news: News;
  readonly isStrict: boolean;
}

function renderNews(state: SubjectState, { news, isStrict }: Telling, looks: Looks, isLoud: boolean): DiscordMessage {
  const { record, entry, delivery } = state;
  const { alert } = record;
  const mentions = isLoud ? mentionsFor(alert, delivery.mentions) : undefined;
  const { message } = renderNotice(viewOf(record), {
    kind: news === "eased" ? "changed" : news,
    ...authorOf(looks),
    ...(entry?.toldSeverity ? { previousSeverity: entry.toldSeverity } : {}),
    ...(mentions === undefined ? {} : { mentions }),
    ...(isSilent(alert, delivery.silent) ? { isSilent: true } : {}),
    ...(isStrict ? { isStrict: true } : {}),
  });
  return message as DiscordMessage;
}

/** Tells the channel what has become of an alert, below its message. */
export function noticeOperation(state: SubjectState, telling: Telling, place: Place, looks: Looks): DiscordOperation {
  const message = renderNews(state, telling, looks, state.delivery.escalation === "ping");
  return { kind: "send", ...replyingTo(place, telling.isStrict), ...inThread(place), message };
}

/** Tells the alert's thread what has become of it. */
export function threadNoteOperation(
  state: SubjectState,
  telling: Telling,
  threadId: string,
  looks: Looks,
): DiscordOperation {
  return { kind: "send", threadId, message: renderNews(state, telling, looks, false) };
}

/** A day without news: long enough for an incident, and a resolve closes it anyway. */
const AUTO_ARCHIVE_MINUTES = 1440;

export function startThreadOperation({ record }: SubjectState, { messageId }: Place): DiscordOperation {
  const name = renderThreadName(record.alert.title);
  return { kind: "start-thread", messageId, name, autoArchiveMinutes: AUTO_ARCHIVE_MINUTES };
}

/** Opens, closes or tags the alert's thread. */
export function updateThreadOperation(
  { record }: SubjectState,
  threadId: string,
  change: { readonly archived?: boolean; readonly isTagged: boolean },
  looks: Looks,
): DiscordOperation {
  const { archived, isTagged } = change;
  return {
    kind: "update-thread",
    threadId,
    ...(archived === undefined ? {} : { archived }),
    ...(isTagged ? { appliedTagIds: tagsOf(record.alert, looks.forumTagIds) } : {}),
  };
}
