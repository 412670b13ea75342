import { describe, expect, it } from "vitest";
import { shownMessage, systemText } from "../page/src/system-message.ts";
import type { Message } from "../page/src/wire.ts";

const names = new Map([["5", "Alice"]]);
const message = (part: Partial<Message>): Message => ({
  id: "10",
  channel_id: "1",
  timestamp: "2026-01-01T00:00:00.000Z",
  author: { id: "2", username: "monitor" },
  ...part,
});
const mentions = [
  { id: "5", username: "alice" },
  { id: "6", username: "bob", global_name: "Bob" },
];

describe("Discord's own messages on the page", () => {
  it.each([
    [1, { mentions }, "added Alice, Bob to the thread."],
    [2, { mentions }, "removed Alice, Bob from the thread."],
    [4, { content: "db1 is back" }, "changed the name: db1 is back"],
    [6, {}, "pinned a message."],
    [18, { content: "db1" }, "started a thread: db1"],
    [21, { referenced_message: null }, "started this thread from a message that is gone."],
  ])("tells type %i in words", (type, part, text) => {
    expect(systemText(message({ type, ...part }), names)).toBe(text);
  });

  it("leaves what people and applications write to itself", () => {
    expect(systemText(message({}), names)).toBeNull();
    expect(systemText(message({ type: 0, content: "hello" }), names)).toBeNull();
    expect(systemText(message({ type: 19, content: "a reply" }), names)).toBeNull();
  });

  it("shows what a thread began with in the place of its first message, and nothing else in the place of another", () => {
    const starter = message({ id: "9", content: "db1 is down" });
    expect(shownMessage(message({ type: 21, referenced_message: starter }))).toBe(starter);
    const reply = message({ type: 19, referenced_message: starter });
    expect(shownMessage(reply)).toBe(reply);
  });
});
