import fc from "fast-check";
import { expect, test } from "vitest";
import { approvalKey } from "./approval-key.ts";

const parts = fc.record({
  messageId: fc.string(),
  userId: fc.string(),
  emoji: fc.string({ unit: "binary" }),
  action: fc.string(),
});

test("is the same for the same decision", () => {
  const decision = { messageId: "1119355453625880591", userId: "80351110224678912", emoji: "👍", action: "restart" };
  expect(approvalKey(decision)).toBe('["1119355453625880591","80351110224678912","👍","restart"]');
});

test("different parts give different keys, whatever characters they have", () => {
  const joined = (each: { messageId: string; userId: string; emoji: string; action: string }) =>
    [each.messageId, each.userId, each.emoji, each.action].map((part) => `${part.length}:${part}`).join("");
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(approvalKey(one) === approvalKey(other)).toBe(joined(one) === joined(other));
    }),
  );
  const shifted = { messageId: '1","2', userId: "3", emoji: "👍", action: "restart" };
  expect(approvalKey(shifted)).not.toBe(
    approvalKey({ messageId: "1", userId: '2","3', emoji: "👍", action: "restart" }),
  );
});
