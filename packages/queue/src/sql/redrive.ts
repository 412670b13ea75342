import type { Tx } from "@tocsin/store";
import type { RedriveOptions, RedriveResult } from "../dead-letter.ts";
import type { CallContext } from "./context.ts";
import { owe } from "./owe.ts";
import { withQueue } from "./tables.ts";

interface RedriveInput extends RedriveOptions {
  readonly organizationId: string;
  readonly deadLetterIds: readonly string[];
  /** When the nth of those that are redriven becomes due, from 0. */
  readonly dueAtOf: (index: number) => number;
}

const keyOf = (laneId: string, subjectId: string): string => JSON.stringify([laneId, subjectId]);

/** Owes again what is dead: see `DeliveryLog.redrive`. */
export async function redrive(tx: Tx, input: RedriveInput, context: CallContext): Promise<RedriveResult> {
  const { organizationId, deadLetterIds, dueAtOf, includeMayBeDelivered = false } = input;
  if (deadLetterIds.length === 0) return { redriven: [], skipped: [] };
  const db = withQueue(tx);
  const letters = await db
    .selectFrom("dead_letters")
    .select(["dead_letter_id", "lane_id", "subject_id", "revision", "priority", "traceparent", "may_be_delivered"])
    .where("organization_id", "=", organizationId)
    .where("dead_letter_id", "in", deadLetterIds)
    .orderBy("dead_letter_id")
    .$if(context.locksRows, (query) => query.forUpdate())
    .execute();
  const chosen = letters.filter((letter) => includeMayBeDelivered || letter.may_be_delivered === 0);
  const chosenIds = chosen.map((letter) => letter.dead_letter_id);
  if (chosen.length > 0) {
    await db
      .deleteFrom("dead_letters")
      .where("organization_id", "=", organizationId)
      .where("dead_letter_id", "in", chosenIds)
      .execute();
  }
  const owed = await owe(
    tx,
    chosen.map((letter, index) => ({
      organizationId,
      laneId: letter.lane_id,
      subjectId: letter.subject_id,
      revision: letter.revision,
      priority: letter.priority,
      dueAt: dueAtOf(index),
      ...(letter.traceparent === null ? {} : { traceparent: letter.traceparent }),
    })),
    context,
  );
  const deliveryIds = new Map(owed.map((each) => [keyOf(each.laneId, each.subjectId), each.deliveryId]));
  const known = new Set(letters.map((letter) => letter.dead_letter_id));
  const isChosen = new Set(chosenIds);
  return {
    redriven: chosen.map((letter) => ({
      organizationId,
      laneId: letter.lane_id,
      subjectId: letter.subject_id,
      deadLetterId: letter.dead_letter_id,
      deliveryId: deliveryIds.get(keyOf(letter.lane_id, letter.subject_id)) as string,
    })),
    skipped: [...new Set(deadLetterIds)]
      .filter((deadLetterId) => !isChosen.has(deadLetterId))
      .map((deadLetterId) => ({ deadLetterId, reason: known.has(deadLetterId) ? "may-be-delivered" : "not-found" })),
  };
}
