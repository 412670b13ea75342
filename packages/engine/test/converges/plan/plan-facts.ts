import { renderAlert } from "@tocsin/alert/embed";
import { expect } from "vitest";
import type { AlertRecord } from "../../../src/index.ts";
import { viewOf } from "../../../src/plan/alert-view.ts";
import { type Plan, type PlanInput, type PlannedSend, planLane } from "../../../src/plan/plan-lane.ts";
import { isWorse } from "../../../src/routing/delivery-options.ts";
import { sumOf } from "../facts/form.ts";

const OLD_MESSAGE_MS = 3_600_000;
const MAX_EMBED_COUNT = 10;
const MAX_SUM = 6_000;
const THREAD_STEPS = ["start-thread", "open-thread", "close-thread", "tag-thread"];

const subjectsOf = ({ covers }: PlannedSend): readonly string[] => covers.map(({ delivery }) => delivery.subjectId);

/** Makes a plan and expects of it what holds of every plan. */
export function planSoundly(input: PlanInput): Plan {
  const before = structuredClone({ ...input, deliveryOf: null });
  const plan = planLane(input);
  expect(planLane(input), "the same plan for the same input").toEqual(plan);
  expect({ ...input, deliveryOf: null }, "the input is left as it is").toEqual(before);
  expectEachOnce(input, plan);
  expectOneCallEach(input, plan);
  expectInRow(input, plan);
  for (const { dueAt } of plan.holds)
    expect(dueAt, "nothing is put off until what is past").toBeGreaterThan(input.nowMs);
  for (const send of plan.sends) expectAllowed(input, send);
  return plan;
}

function expectEachOnce({ deliveries }: PlanInput, { sends, holds, nothing }: Plan): void {
  const handled = [
    ...sends.flatMap(({ covers }) => covers.map(({ delivery }) => delivery.deliveryId)),
    ...holds.map(({ deliveryId }) => deliveryId),
    ...nothing.map(({ deliveryId }) => deliveryId),
  ];
  expect(handled.sort(), "each delivery once").toEqual(deliveries.map(({ deliveryId }) => deliveryId).sort());
}

function expectOneCallEach({ sealed, ledger }: PlanInput, { sends }: Plan): void {
  // A notice is no part of the message that others are shown by as well.
  const showing = sends.filter(({ call }) => call?.step !== "notice");
  const subjects = showing.flatMap(({ call }) => call?.shows.map(({ subjectId }) => subjectId) ?? []);
  expect(new Set(subjects).size, "one call at most shows a subject").toBe(subjects.length);
  const edited = sends.flatMap(({ call }) => (call?.operation.kind === "edit" ? call.operation.messageId : []));
  expect(new Set(edited).size, "one call at most edits a message").toBe(edited.length);
  const waiting = new Set([...sealed].flatMap((id) => ledger.get(id)?.messageId ?? []));
  for (const messageId of edited)
    expect(waiting, "a message whose last call is not answered waits").not.toContain(messageId);
}

function expectInRow({ deliveries }: PlanInput, { sends }: Plan): void {
  const row = deliveries.map(({ subjectId }) => subjectId);
  const places = sends.map((send) => Math.min(...subjectsOf(send).map((id) => row.indexOf(id))));
  expect(places, "in the order of the row").toEqual(places.toSorted((one, other) => one - other));
  for (const send of sends) {
    const within = subjectsOf(send).map((id) => row.indexOf(id));
    expect(within, "in the order of the row within a message").toEqual(within.toSorted((one, other) => one - other));
  }
}

function expectAllowed(input: PlanInput, send: PlannedSend): void {
  const { call } = send;
  expect(call, "every alert can be rendered").not.toBeNull();
  if (call === null) return;
  const { capabilities, destination, conditions, subjects, ledger } = input;
  if (!capabilities.managesThreads) expect(THREAD_STEPS).not.toContain(call.step);
  if (call.operation.kind === "send" && call.step === "post") {
    expect(call.operation.threadName !== undefined, "a post has a name in a forum, and only there").toBe(
      destination.forum === true,
    );
  }
  if (call.operation.kind === "send") {
    for (const id of subjectsOf(send)) {
      const quietUntil = conditions.get(id)?.untilAt ?? 0;
      expect(quietUntil, "nothing new is said while it is silenced").toBeLessThanOrEqual(input.nowMs);
    }
  }
  if ("message" in call.operation) {
    const { embeds = [] } = call.operation.message;
    expect(embeds.length).toBeLessThanOrEqual(MAX_EMBED_COUNT);
    expect(sumOf(call.operation.message)).toBeLessThanOrEqual(MAX_SUM);
  }
  const alerts = call.shows.map(({ subjectId }) => subjects.get(subjectId)?.alert);
  const deliveries = alerts.flatMap((alert) => (alert === undefined ? [] : input.deliveryOf(alert)));
  if (call.step === "post" && call.face === "digest") {
    for (const { digest } of deliveries) {
      expect(digest?.minCount, "a list where one is asked for").toBeLessThanOrEqual(input.deliveries.length);
      expect(alerts.length, "no list of one").toBeGreaterThanOrEqual(Math.min(2, digest?.minCount ?? 2));
    }
    for (const alert of alerts) expect(alert?.severity, "a critical alert stands alone").not.toBe("critical");
  }
  if (call.step === "edit") {
    const entries = call.shows.flatMap(({ subjectId }) => ledger.get(subjectId) ?? []);
    const positions = entries.map(({ position }) => position);
    expect(positions, "those that share a message keep their order").toEqual(
      positions.toSorted((one, other) => one - other),
    );
    const isOld = entries.some(({ postedAt }) => input.nowMs - postedAt >= OLD_MESSAGE_MS);
    expect(isOld && input.oldEditsRefusedUntil > input.nowMs, "edits that Discord refuses are not made").toBe(false);
  }
  if (call.step === "edit" && call.face === "digest") {
    for (const [index, { subjectId }] of call.shows.entries()) {
      const alert = alerts[index];
      const told = ledger.get(subjectId)?.toldSeverity;
      const isNewlyCritical =
        alert?.severity === "critical" && alert.status === "active" && told && isWorse("critical", told);
      expect(isNewlyCritical, "what has become critical leaves the list").toBeFalsy();
    }
  }
  if (call.step === "post" && call.face === "alert" && alerts.length > 1) {
    for (const { thread, pack } of deliveries) expect({ thread, pack }).toEqual({ thread: false, pack: true });
    for (const alert of alerts) expect(alert?.action, "a decision stands alone").toBeUndefined();
    for (const id of subjectsOf(send)) expect(input.strict, "what was refused stands alone").not.toContain(id);
    const embeds = "message" in call.operation ? call.operation.message.embeds : [];
    const whole = call.shows.flatMap(
      ({ subjectId }) => renderAlert(viewOf(subjects.get(subjectId) as AlertRecord)).message.embeds,
    );
    expect(embeds, "nothing is cut to share a message").toEqual(whole);
  }
}
