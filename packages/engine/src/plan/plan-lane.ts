import type { Alert } from "@tocsin/alert";
import type { TransportCapabilities } from "@tocsin/discord-transport";
import type { Delivery } from "@tocsin/queue";
import type { AlertRecord } from "../engine.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { ResolvedDelivery } from "../routing/delivery-options.ts";
import { editCall, type PlannedCall, postCall, stepCall } from "./calls.ts";
import type { Condition } from "./condition.ts";
import { groupPosts, type Post, type PostGroup } from "./group-posts.ts";
import { isShared, nextStep, outgrowsDigest, type StepContext, type SubjectState } from "./next-step.ts";
import type { Looks } from "./operations.ts";
import type { SealedCall } from "./sealed-call.ts";

/** Everything that a plan depends on: current state, read under the lane's lease. */
export interface PlanInput {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** How messages look there. Empty for a destination that is not configured any more. */
  readonly destination: Looks;
  readonly capabilities: TransportCapabilities;
  /** What is due, in the order in which it is to be shown. The longer, the fuller messages get where many wait. */
  readonly deliveries: readonly Delivery[];
  /** Current alerts by subject: those that are due, and those that share a message with them. */
  readonly subjects: ReadonlyMap<string, AlertRecord>;
  /** What this destination shows, by subject: of the same subjects. */
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  /** How an alert is to be shown there. */
  readonly deliveryOf: (alert: Alert) => ResolvedDelivery;
  /** Why to keep quiet about some of them. */
  readonly conditions: ReadonlyMap<string, Condition>;
  /** Until when Discord refuses edits of old messages there; 0 when it does not. */
  readonly oldEditsRefusedUntil: number;
  /** Subjects that a call covers whose answer is not known. */
  readonly sealed: ReadonlySet<string>;
  /** Subjects of which Discord refused the form of a message. */
  readonly strict: ReadonlySet<string>;
}

/** One call, and the deliveries with the revisions that it shows. */
export interface PlannedSend {
  readonly covers: readonly { readonly delivery: Delivery; readonly revision: number }[];
  /** `null` when the alert cannot be rendered: nothing is called, and the delivery goes to the dead letters. */
  readonly call: SealedCall | null;
}

export interface Hold {
  readonly deliveryId: string;
  /** The revision that was looked at: what is newer need not wait. */
  readonly revision: number;
  readonly dueAt: number;
}

export interface Plan {
  readonly sends: readonly PlannedSend[];
  /** Deliveries that have to wait, at least until `dueAt`. */
  readonly holds: readonly Hold[];
  /** Deliveries that need no call: nothing is left to show, or it is shown. */
  readonly nothing: readonly { readonly deliveryId: string; readonly revision: number }[];
}

/** A message whose last edit is not answered is not edited again before it is: the older edit might be repeated after the newer. */
const SEALED_WAIT_MS = 1_000;

interface Draft extends PlannedSend {
  /** Its place in the row: that of the first delivery that it covers. */
  readonly index: number;
}

/**
 * Decides what a lane sends next from the current state. One call at most for each subject and for each message: what a
 * subject needs after that is planned when the call is answered. Pure.
 */
export function planLane(input: PlanInput): Plan {
  const context = contextOf(input);
  const drafts: Draft[] = [];
  const holds: Hold[] = [];
  const nothing: { deliveryId: string; revision: number }[] = [];
  const posts: Post[] = [];
  const indexOf = new Map<Delivery, number>();
  const sharedEdits = new Map<string, Delivery[]>();

  for (const [index, delivery] of input.deliveries.entries()) {
    indexOf.set(delivery, index);
    const state = stateOf(input, delivery.subjectId);
    if (state === null) {
      nothing.push({ deliveryId: delivery.deliveryId, revision: delivery.revision });
      continue;
    }
    const next = nextStep(state, context);
    if (next.kind === "nothing") {
      nothing.push({ deliveryId: delivery.deliveryId, revision: state.record.revision });
    } else if (next.kind === "hold") {
      holds.push(holdOf(delivery, next.untilAt));
    } else if (next.step === "post") {
      posts.push({ delivery, state, isStrict: input.strict.has(delivery.subjectId) });
    } else if (next.step === "edit" && state.entry !== undefined && isShared(state.entry)) {
      const { messageId } = state.entry;
      sharedEdits.set(messageId, [...(sharedEdits.get(messageId) ?? []), delivery]);
    } else {
      const isStrict = input.strict.has(delivery.subjectId);
      const call = safely(() => stepCall(next, state, { ...context, looks: input.destination, isStrict }));
      drafts.push({ index, call, covers: [{ delivery, revision: state.record.revision }] });
    }
  }
  for (const group of groupPosts(posts, context)) drafts.push(...draftPosts(group, input, context, indexOf));
  for (const deliveries of sharedEdits.values()) {
    const draft = draftSharedEdit(deliveries, input, context, indexOf);
    if (draft !== null) drafts.push(draft);
    else holds.push(...deliveries.map((delivery) => holdOf(delivery, input.nowMs + SEALED_WAIT_MS)));
  }
  const sends = drafts.sort((one, other) => one.index - other.index).map(({ call, covers }) => ({ call, covers }));
  return { sends, holds, nothing };
}

const holdOf = ({ deliveryId, revision }: Delivery, dueAt: number): Hold => ({ deliveryId, revision, dueAt });

function contextOf(input: PlanInput): StepContext {
  const { nowMs, capabilities, oldEditsRefusedUntil, destination } = input;
  const { forum = false, forumTagIds } = destination;
  return { nowMs, capabilities, oldEditsRefusedUntil, isForum: forum, forumTagIds };
}

function stateOf(input: PlanInput, subjectId: string): SubjectState | null {
  const record = input.subjects.get(subjectId);
  if (record === undefined) return null;
  const entry = input.ledger.get(subjectId);
  return { record, entry, delivery: input.deliveryOf(record.alert), condition: input.conditions.get(subjectId) };
}

/** One alert that cannot be rendered must not stop the lane for all the others. */
function safely(render: () => PlannedCall): PlannedCall | null {
  try {
    return render();
  } catch {
    return null;
  }
}

function draftPosts(
  { face, posts }: PostGroup,
  input: PlanInput,
  context: StepContext,
  indexOf: ReadonlyMap<Delivery, number>,
): readonly Draft[] {
  const content = { face, states: posts.map(({ state }) => state), isStrict: posts.some(({ isStrict }) => isStrict) };
  const call = safely(() => postCall(content, { ...context, looks: input.destination }));
  // The one that cannot be rendered is found by itself.
  if (call === null && posts.length > 1) {
    return posts.flatMap((post) => draftPosts({ face: "alert", posts: [post] }, input, context, indexOf));
  }
  const covers = posts.map(({ delivery, state }) => ({ delivery, revision: state.record.revision }));
  return [{ call, covers, index: Math.min(...posts.map(({ delivery }) => indexOf.get(delivery) ?? 0)) }];
}

/** Brings a message that several subjects share up to date as a whole; `null` while an earlier call for it is not answered. */
function draftSharedEdit(
  deliveries: readonly Delivery[],
  input: PlanInput,
  context: StepContext,
  indexOf: ReadonlyMap<Delivery, number>,
): Draft | null {
  const entry = input.ledger.get((deliveries[0] as Delivery).subjectId) as LedgerEntry;
  const members = [...input.ledger.values()]
    .filter(({ messageId }) => messageId === entry.messageId)
    .sort((one, other) => one.position - other.position);
  if (members.some(({ subjectId }) => input.sealed.has(subjectId))) return null;
  const states = members
    .flatMap(({ subjectId }) => stateOf(input, subjectId) ?? [])
    // It is told on its own, now or when its silence ends, and a list that shows it as it is now would tell it twice.
    .filter(({ record, entry: shown }) => shown !== undefined && !outgrowsDigest(record, shown));
  const isStrict = deliveries.some(({ subjectId }) => input.strict.has(subjectId));
  const content = { face: entry.face, states, isStrict };
  const call = safely(() => editCall(content, entry, { ...context, looks: input.destination }));
  const covers = deliveries.map((delivery) => ({
    delivery,
    revision: input.subjects.get(delivery.subjectId)?.revision ?? delivery.revision,
  }));
  return { call, covers, index: Math.min(...deliveries.map((delivery) => indexOf.get(delivery) ?? 0)) };
}
