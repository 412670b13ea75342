import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { entryAfter } from "./entry-after.ts";
import { newsOf } from "./news.ts";
import { concernsMessage, type NextStep, nextStep, type StepContext, type SubjectState } from "./next-step.ts";
import {
  type Content,
  editOperation,
  type Looks,
  noticeOperation,
  postOperation,
  replyOperation,
  startThreadOperation,
  threadNoteOperation,
  updateThreadOperation,
} from "./operations.ts";
import type { SealedCall, Shown, Told } from "./sealed-call.ts";
import { tagKeyOf } from "./thread-tags.ts";

/** A call of which everything is known but where Discord will put it. */
export type PlannedCall = SealedCall;

/** What a call is made for. */
export interface CallContext extends StepContext {
  readonly looks: Looks;
}

/** A new message that shows what nothing shows yet. */
export function postCall(content: Content, context: CallContext): PlannedCall {
  return finish(content, { step: "post", operation: postOperation(content, context.looks) }, context);
}

/** The edit of a message, for all that share it. */
export function editCall(content: Content, place: LedgerEntry, context: CallContext): PlannedCall {
  return finish(content, { step: "edit", operation: editOperation(content, place, context.looks) }, context);
}

/** A call for a subject alone that is shown already. Throws when there is nothing to be done. */
export function stepCall(
  next: NextStep,
  state: SubjectState,
  context: CallContext & { readonly isStrict: boolean },
): PlannedCall {
  const { entry } = state;
  if (next.kind !== "step" || entry === undefined) throw new TypeError("there is no step to take");
  const { looks, isStrict } = context;
  const content: Content = { face: "alert", states: [state], isStrict };
  const call = (operation: SealedCall["operation"]) => finish(content, { step: next.step, operation }, context);
  const threadId = entry.ownThreadId ?? entry.messageId;
  const isTagged = tagKeyOf(state.record.alert, looks.forumTagIds) !== null && looks.forum === true;
  const telling = { news: next.news ?? "resolved", isStrict } as const;
  switch (next.step) {
    case "edit":
      return call(editOperation(content, entry, looks));
    case "reply":
      return call(replyOperation(content, entry, looks));
    case "notice":
      return call(noticeOperation(state, telling, entry, looks));
    case "start-thread":
      return call(startThreadOperation(state, entry));
    case "thread-note":
      return call(threadNoteOperation(state, telling, threadId, looks));
    case "open-thread":
      return call(updateThreadOperation(state, threadId, { archived: false, isTagged: false }, looks));
    case "close-thread":
      return call(updateThreadOperation(state, threadId, { archived: true, isTagged }, looks));
    case "tag-thread":
      return call(updateThreadOperation(state, threadId, { isTagged: true }, looks));
    case "post":
      return postCall(content, context);
  }
}

/** Adds what the call's answer will change, and what has to follow. */
function finish(
  { face, states }: Content,
  { step, operation }: Pick<SealedCall, "step" | "operation">,
  context: CallContext,
): PlannedCall {
  const tags = step === "post" || step === "tag-thread" || step === "close-thread";
  const first = (states[0] as SubjectState).record.alert;
  const tagKey = tags && context.isForum ? tagKeyOf(first, context.forumTagIds) : null;
  const shows = states.map((state): Shown => {
    const { id: subjectId, revision } = state.record;
    return { subjectId, revision, told: toldBy(step, state), followedBy: "nothing" };
  });
  const call: SealedCall = { step, operation, face, shows, ...(tagKey === null ? {} : { threadTags: tagKey }) };
  return {
    ...call,
    shows: shows.map((shown, index) => ({
      ...shown,
      followedBy: whatFollows(call, shown, states[index] as SubjectState, context),
    })),
  };
}

/** What people know by a call. An edit tells nobody, and is not counted as told where something that follows tells them. */
function toldBy(step: SealedCall["step"], { record, entry, delivery, condition }: SubjectState): Told | null {
  const now: Told = { severity: record.alert.severity, status: record.alert.status };
  const tells = step === "post" || step === "reply" || step === "notice" || step === "thread-note";
  if (tells || entry === undefined) return now;
  if (step !== "edit") return null;
  const news = newsOf(record, entry);
  const isNoticed = (news === "escalated" || news === "reopened") && delivery.escalation !== "edit";
  const hasThread = entry.ownThreadId !== null && entry.threadState !== "refused";
  const isToldLater = (isNoticed && entry.face === "alert") || (hasThread && condition === undefined);
  return news !== null && isToldLater ? null : now;
}

/** A place that stands for any: what follows does not depend on the ids. */
const SOMEWHERE = "0";

function whatFollows(call: SealedCall, shown: Shown, state: SubjectState, context: StepContext): Shown["followedBy"] {
  const { entry } = state;
  const isPost = call.step === "post";
  const threadId = isPost && context.isForum ? SOMEWHERE : entry?.threadId;
  const ref =
    entry === undefined || isPost || call.step === "reply"
      ? { channelId: SOMEWHERE, messageId: SOMEWHERE, ...(threadId === undefined ? {} : { threadId }) }
      : entry;
  const after = entryAfter(entry, call, shown, {
    laneId: entry?.laneId ?? "",
    ref,
    nowMs: context.nowMs,
    possibleDuplicateCount: 0,
  });
  const next = nextStep({ ...state, entry: after }, context);
  if (next.kind === "nothing") return "nothing";
  return next.kind === "hold" || concernsMessage(next.step) ? "message" : "thread";
}
