import fc from "fast-check";
import { expect, test } from "vitest";
import { createPaperLane, type PaperLane, type PaperSetup } from "./paper-lane.ts";
import { type PaperStep, paperSetup, paperSteps } from "./paper-steps.ts";
import { planSoundly } from "./plan-facts.ts";

const RUN_COUNT = Number(process.env.TOCSIN_RUNS ?? 300);
const SEED = Number(process.env.TOCSIN_SEED ?? 20_260_101);
/** Message, notice or reply, thread, note and closing, and once more what was refused or left a list. */
const MAX_ROUND_COUNT = 10;
/** More than anything is put off for. */
const LONG_MS = 10_000_000;

function plan(lane: PaperLane, { maxCount, answers, isRestMade }: Extract<PaperStep, { readonly kind: "plan" }>): void {
  const { sends, holds, nothing } = planSoundly(lane.input(maxCount));
  lane.close(nothing);
  lane.hold(holds);
  for (const [index, send] of sends.entries()) {
    const answer = answers[index] ?? (isRestMade ? "delivered" : "retry");
    lane.answer(send, answer);
  }
}

function take(lane: PaperLane, step: PaperStep): void {
  switch (step.kind) {
    case "want":
      lane.want(`alt_${step.subject}`, step.alert);
      break;
    case "want-many":
      for (let index = 0; index < step.count; index++) lane.want(`alt_${index}`, step.alert);
      return;
    case "quiet":
      lane.keepQuiet(`alt_${step.subject}`, { kind: "silenced", untilAt: lane.input(1).nowMs + step.ms });
      break;
    case "clock":
      lane.advance(step.ms);
      break;
    case "plan":
      plan(lane, step);
      break;
    case "sealed":
      lane.answerSealed(step.answer);
      break;
  }
}

/** All goes well from here on. */
function finish(lane: PaperLane): void {
  lane.answerSealed("delivered");
  for (let round = 0; lane.openCount() > 0; round++) {
    expect(round, "rounds until nothing is left").toBeLessThan(MAX_ROUND_COUNT);
    lane.advance(LONG_MS);
    const { sends, holds, nothing } = planSoundly(lane.input(200));
    lane.close(nothing);
    lane.hold(holds);
    for (const send of sends) lane.answer(send, "delivered");
  }
}

function walk(setup: PaperSetup, steps: readonly PaperStep[]): void {
  const lane = createPaperLane(setup);
  for (const step of steps) take(lane, step);
  finish(lane);
  const { sends, holds } = planSoundly(lane.inputForAll());
  // Of what was over, or said in a thread, while it was silenced nothing is heard later, unless there is more to say.
  const left = sends.filter(({ call, covers }) =>
    covers.some(({ delivery: { subjectId } }) => {
      const isLate = call?.step === "post" ? !lane.ledger.has(subjectId) : call?.step === "thread-note";
      return !(isLate && lane.wasQuiet(subjectId));
    }),
  );
  expect(left.map(({ call }) => call?.step)).toEqual([]);
  expect(holds).toEqual([]);
  for (const [id, { revision }] of lane.ledger) expect(revision).toBe(lane.records.get(id)?.revision);
}

test("every plan is sound, and carrying plans out comes to an end where every alert is shown as it is wanted", () => {
  fc.assert(fc.property(paperSetup, paperSteps, walk), { numRuns: RUN_COUNT, seed: SEED });
}, 120_000);
