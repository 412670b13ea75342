import type { Issue } from "./acting-api.ts";
import type { InteractionView, Modal } from "./interaction-wire.ts";

const FAILED_TEXT = "This interaction failed";
const MODAL_RESPONSE = 9;

/** Where something is done; each place has one attempt at a time. */
export type Place = `message:${string}` | `channel:${string}` | "modal";

/**
 * | state | interactionId | failure |
 * |---|---|---|
 * | sent | null | null |
 * | the application has to answer | set | null |
 * | failed or refused; stays until the next attempt there | either | set |
 *
 * An answered attempt is gone.
 */
export interface Attempt {
  /** The component that was used; null for everything else. */
  readonly customId: string | null;
  readonly interactionId: string | null;
  readonly failure: string | null;
}

export interface OpenModal extends Modal {
  /** The interaction that was answered with it. */
  readonly interactionId: string;
  /** What the emulator found wrong with the fields. */
  readonly issues: readonly Issue[];
}

/** What one user has under way; replaced as a whole. */
export interface Acting {
  readonly userId: string | null;
  readonly attempts: ReadonlyMap<Place, Attempt>;
  readonly modal: OpenModal | null;
  /** The newest modal that was opened: it is told of twice, and opened once. */
  readonly lastModalId: string | null;
  /** The last result, for those who do not see it. */
  readonly notice: string;
}

export function actingAs(userId: string | null): Acting {
  return { userId, attempts: new Map(), modal: null, lastModalId: null, notice: "" };
}

export const isPending = (attempt: Attempt | undefined): boolean => attempt !== undefined && attempt.failure === null;

export function begun(acting: Acting, place: Place, customId: string | null): Acting {
  return { ...withAttempt(acting, place, { customId, interactionId: null, failure: null }), notice: "" };
}

/** The attempt came to its end without an interaction: a message is written, a reaction set. */
export function done(acting: Acting, place: Place): Acting {
  return withAttempt(acting, place, undefined);
}

/** The emulator did not take it. */
export function refused(acting: Acting, place: Place, text: string, issues: readonly Issue[] = []): Acting {
  const attempt = acting.attempts.get(place) ?? { customId: null, interactionId: null };
  const changed = withAttempt(acting, place, { ...attempt, failure: text });
  const modal = place === "modal" && acting.modal ? { ...acting.modal, issues } : acting.modal;
  return { ...changed, modal, notice: text };
}

/** The emulator took it, and tells how it stands. */
export function taken(acting: Acting, place: Place, view: InteractionView): Acting {
  const attempt = acting.attempts.get(place);
  if (attempt === undefined || view.user_id !== acting.userId) return acting;
  return settled(withAttempt(acting, place, { ...attempt, interactionId: view.id }), place, view);
}

/** The status of an interaction changed, here or in another window. */
export function statusChanged(acting: Acting, view: InteractionView): Acting {
  if (view.user_id !== acting.userId) return acting;
  const place = [...acting.attempts].find(([, { interactionId }]) => interactionId === view.id)?.[0];
  return place === undefined ? withModal(acting, view) : settled(acting, place, view);
}

/** The modal is closed without being sent. */
export function dismissed(acting: Acting): Acting {
  return { ...withAttempt(acting, "modal", undefined), modal: null };
}

function settled(acting: Acting, place: Place, view: InteractionView): Acting {
  if (view.status === "pending") return acting;
  if (view.status === "failed") return refused(acting, place, FAILED_TEXT);
  const rest = place === "modal" ? dismissed(acting) : withAttempt(acting, place, undefined);
  return withModal({ ...rest, notice: "Answered" }, view);
}

function withModal(acting: Acting, { id, response }: InteractionView): Acting {
  if (response?.type !== MODAL_RESPONSE || !response.modal || acting.lastModalId === id) return acting;
  const modal = { ...response.modal, interactionId: id, issues: [] };
  return { ...withAttempt(acting, "modal", undefined), modal, lastModalId: id };
}

function withAttempt(acting: Acting, place: Place, attempt: Attempt | undefined): Acting {
  const attempts = new Map(acting.attempts);
  if (attempt === undefined) attempts.delete(place);
  else attempts.set(place, attempt);
  return { ...acting, attempts };
}
