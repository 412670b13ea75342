import { renderAlert, renderThreadName } from "@tocsin/alert/embed";
import type { DiscordMessage, DiscordOperation } from "@tocsin/discord-transport";
import type { Delivery } from "@tocsin/queue";
import type { AlertRecord } from "../engine.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import type { Destination } from "../routing/routing.ts";

export interface PlanInput {
  /** How messages look there. Empty for a destination that is not configured any more. */
  readonly destination: Omit<Destination, "transport">;
  readonly deliveries: readonly Delivery[];
  /** Current alerts by subject. */
  readonly subjects: ReadonlyMap<string, AlertRecord>;
  /** What this destination shows, by subject. */
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
}

/** One call, and the delivery with the revision that it shows. */
export interface PlannedSend {
  readonly delivery: Delivery;
  readonly revision: number;
  /** `null` when the alert cannot be rendered: nothing is called, and the delivery goes to the dead letters. */
  readonly operation: DiscordOperation | null;
}

export interface Plan {
  readonly sends: readonly PlannedSend[];
  /** Deliveries that need no call: nothing is left to show, or it is shown. */
  readonly nothing: readonly { readonly deliveryId: string; readonly revision: number }[];
}

function toOperation(
  record: AlertRecord,
  shown: LedgerEntry | undefined,
  destination: PlanInput["destination"],
): DiscordOperation {
  const { message } = renderAlert(
    { id: record.id, alert: record.alert, createdAt: record.createdAt, resolvedAt: record.resolvedAt },
    {
      ...(destination.username === undefined ? {} : { username: destination.username }),
      ...(destination.avatarUrl === undefined ? {} : { avatarUrl: destination.avatarUrl }),
    },
  );
  const body = message as DiscordMessage;
  if (shown === undefined) {
    return {
      kind: "send",
      message: body,
      ...(destination.forum === true ? { threadName: renderThreadName(record.alert.title) } : {}),
    };
  }
  return {
    kind: "edit",
    messageId: shown.messageId,
    message: body,
    ...(shown.threadId === undefined ? {} : { threadId: shown.threadId }),
  };
}

/** One alert that cannot be rendered must not stop the lane for all the others. */
function tryOperation(...parameters: Parameters<typeof toOperation>): DiscordOperation | null {
  try {
    return toOperation(...parameters);
  } catch {
    return null;
  }
}

/**
 * Decides what a lane sends next from the current state: a new message for what is not shown yet, an edit for what is
 * shown at an older revision, nothing for what is shown or gone. Pure.
 */
export function planLane(input: PlanInput): Plan {
  const sends: PlannedSend[] = [];
  const nothing: { deliveryId: string; revision: number }[] = [];
  for (const delivery of input.deliveries) {
    const record = input.subjects.get(delivery.subjectId);
    const shown = input.ledger.get(delivery.subjectId);
    if (record === undefined || (shown !== undefined && shown.revision >= record.revision)) {
      nothing.push({ deliveryId: delivery.deliveryId, revision: record?.revision ?? delivery.revision });
    } else {
      sends.push({ delivery, revision: record.revision, operation: tryOperation(record, shown, input.destination) });
    }
  }
  return { sends, nothing };
}
