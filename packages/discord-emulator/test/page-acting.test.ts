import { describe, expect, it } from "vitest";
import { actingAs, begun, dismissed, isPending, refused, statusChanged, taken } from "../page/src/acting.ts";
import type { InteractionView } from "../page/src/interaction-wire.ts";

const place = "message:10";
const view = (part: Partial<InteractionView> = {}): InteractionView => ({
  id: "77",
  channel_id: "1",
  user_id: "3",
  status: "pending",
  response: null,
  ...part,
});
const modal = { custom_id: "m", title: "Why?", components: [] };
const withModal = view({ status: "answered", response: { type: 9, modal } });
const sent = begun(actingAs("3"), place, "ack");

describe("what a user has under way", () => {
  it("is pending from the press until the application has answered", () => {
    expect(isPending(sent.attempts.get(place))).toBe(true);
    const waiting = taken(sent, place, view());
    expect(waiting.attempts.get(place)).toEqual({ customId: "ack", interactionId: "77", failure: null });
    const answered = statusChanged(waiting, view({ status: "answered", response: { type: 6 } }));
    expect(answered.attempts.size).toBe(0);
    expect(answered.notice).toBe("Answered");
  });

  it("has failed when nobody answered, until the next attempt at the same place", () => {
    const failed = taken(sent, place, view({ status: "failed" }));
    expect(failed.attempts.get(place)?.failure).toBe("This interaction failed");
    expect(failed.notice).toBe("This interaction failed");
    expect(isPending(failed.attempts.get(place))).toBe(false);
    const again = begun(failed, place, "ack");
    expect(again.attempts.get(place)?.failure).toBeNull();
    expect(again.notice).toBe("");
  });

  it("says what the emulator refused, and leaves other places alone", () => {
    const both = begun(sent, "channel:1", null);
    const next = refused(both, place, "The component is disabled.");
    expect(next.attempts.get(place)?.failure).toBe("The component is disabled.");
    expect(isPending(next.attempts.get("channel:1"))).toBe(true);
  });

  it("does not change by interactions of others, or of elsewhere", () => {
    expect(statusChanged(sent, view({ id: "78", status: "failed" }))).toBe(sent);
    expect(statusChanged(sent, { ...withModal, user_id: "4" })).toBe(sent);
    expect(taken(sent, place, { ...withModal, user_id: "4" })).toBe(sent);
    expect(taken(actingAs("3"), place, view({ status: "failed" }))).toEqual(actingAs("3"));
  });

  it("opens a modal once, whether the answer or the event tells of it first", () => {
    for (const tell of [
      [() => taken(sent, place, withModal), (acting: typeof sent) => statusChanged(acting, withModal)],
      [() => statusChanged(sent, withModal), (acting: typeof sent) => taken(acting, place, withModal)],
    ] as const) {
      const opened = tell[0]();
      expect(opened.modal).toEqual({ ...modal, interactionId: "77", issues: [] });
      const closed = dismissed(opened);
      expect(tell[1](closed).modal).toBeNull();
    }
  });

  it("keeps the modal with its issues when it is refused or fails, and closes it when it is answered", () => {
    const sending = begun(taken(sent, place, withModal), "modal", null);
    const issues = [{ where: "fields.reason", expected: "a text" }];
    expect(refused(sending, "modal", "Not valid.", issues).modal).toMatchObject({ title: "Why?", issues });
    const submitted = view({ id: "78" });
    expect(taken(sending, "modal", { ...submitted, status: "failed" }).modal).toMatchObject({ title: "Why?" });
    const answered = taken(sending, "modal", { ...submitted, status: "answered", response: { type: 4 } });
    expect(answered.modal).toBeNull();
    expect(answered.attempts.has("modal")).toBe(false);
  });
});
