import { setTimeout as sleep } from "node:timers/promises";
import type { DispatchBus } from "../dispatch/bus.ts";
import type { Services } from "../http/services.ts";
import type { Interaction } from "../state/interactions.ts";
import type { EndpointDelivery } from "./endpoint-delivery.ts";
import type { InteractionDraft } from "./interaction-draft.ts";
import { ANSWER_MS } from "./interaction-times.ts";
import { statusOf } from "./interaction-view.ts";
import { openInteraction } from "./open-interaction.ts";
import { failLateInteractions, STATUS_EVENT } from "./settle-interaction.ts";

/** The least time after which a real clock says that an answer is late. */
const LATE_MS = ANSWER_MS + 5;

/** Where interactions begin. */
export interface InteractionDesk {
  /** Stores an interaction and brings it to its application. */
  open(draft: InteractionDraft): Interaction;
  /** The interaction once it is answered or has failed, or after 3 s as it is then: the emulator's clock may stand still. */
  settled(id: string): Promise<Interaction | undefined>;
}

/** Creates a desk that lasts until the emulator closes. */
export function createInteractionDesk(
  { world, closing }: Services,
  bus: DispatchBus,
  endpoints: EndpointDelivery,
): InteractionDesk {
  const { state } = world;

  /** Lets an interaction fail also when nobody asks for anything. With a clock that stands still it does not yet. */
  async function failInTime(): Promise<void> {
    await sleep(LATE_MS, undefined, { signal: closing, ref: false }).catch(() => {});
    if (!closing.aborted) failLateInteractions(world);
  }

  // What an earlier run has left open.
  void failInTime();

  return {
    open(draft) {
      const opened = openInteraction(world, draft);
      void failInTime();
      // What cannot be recorded fails by itself after its three seconds, and ends nobody's process.
      if (draft.bot.interactionsEndpointUrl !== undefined) endpoints.deliver(draft.bot, opened).catch(() => {});
      return opened.interaction;
    },
    async settled(id) {
      const isSettled = () => {
        const interaction = state.interactions.get(id);
        return interaction === undefined || statusOf(interaction) !== "pending";
      };
      if (!isSettled()) await untilSettled(id);
      return closing.aborted ? undefined : state.interactions.get(id);
    },
  };

  async function untilSettled(id: string): Promise<void> {
    const told = new AbortController();
    const stop = bus.listen(({ t, d }) => {
      if (t === STATUS_EVENT && (d as { readonly id?: string }).id === id) told.abort();
    });
    const signal = AbortSignal.any([closing, told.signal]);
    await sleep(LATE_MS, undefined, { signal }).catch(() => {});
    stop();
    if (!closing.aborted) failLateInteractions(world);
  }
}
