import { afterEach, describe, expect, it, vi } from "vitest";
import { createActingApi } from "../page/src/acting-api.ts";
import { createActor } from "../page/src/actor.ts";
import type { Message } from "../page/src/wire.ts";

const message: Message = {
  id: "10",
  channel_id: "1",
  timestamp: "2026-01-01T00:00:00.000Z",
  author: { id: "7", username: "bot" },
};
const command = { id: "5", application_id: "9", type: 1, name: "status" };
const answered = { id: "77", channel_id: "1", user_id: "3", status: "answered", response: { type: 6 } };

afterEach(() => vi.unstubAllGlobals());

/** An actor for user 3 over a `fetch` that answers with what `answer` gives. */
function startActor(answer: (path: string) => Response | Promise<Response>) {
  const requests: { path: string; method: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
    const path = `${url.pathname}${url.search}`;
    requests.push({
      path,
      method: init.method ?? "GET",
      body: init.body === undefined ? null : JSON.parse(String(init.body)),
    });
    return answer(path);
  });
  const actor = createActor({ api: createActingApi(new URL("http://page.test/")), onChange: () => {} });
  actor.actAs("3");
  return { actor, requests };
}

const refusal = (status: number) =>
  Response.json(
    {
      error: { code: "invalid_request", message: "No.", details: [{ where: "values", found: 1, expected: "a list" }] },
    },
    { status },
  );

describe("the actor", () => {
  it("sends clicks, commands, reactions and messages as the acting user", async () => {
    const { actor, requests } = startActor((path) =>
      path.endsWith("/reactions") ? new Response(null, { status: 204 }) : Response.json(answered, { status: 201 }),
    );
    expect(await actor.press(message, "ack", ["a"])).toBe(true);
    expect(await actor.run({ command, channelId: "1", options: [{ name: "a", value: 1 }] })).toBe(true);
    expect(await actor.toggleReaction(message, { id: "4", name: "party" }, "remove")).toBe(true);
    expect(await actor.write("1", "hello")).toBe(true);
    const by = { channel_id: "1", user_id: "3" };
    expect(requests).toEqual([
      {
        path: "/_control/clicks?wait=true",
        method: "POST",
        body: { ...by, message_id: "10", custom_id: "ack", values: ["a"] },
      },
      {
        path: "/_control/commands?wait=true",
        method: "POST",
        body: { ...by, name: "status", application_id: "9", type: 1, options: [{ name: "a", value: 1 }] },
      },
      {
        path: "/_control/reactions",
        method: "POST",
        body: { ...by, message_id: "10", emoji: "party:4", op: "remove" },
      },
      { path: "/_control/messages", method: "POST", body: { ...by, content: "hello" } },
    ]);
    expect(actor.acting.attempts.size).toBe(0);
  });

  it("does one thing at a place at a time", async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { actor, requests } = startActor(() => promise);
    const first = actor.press(message, "ack");
    expect(await actor.press(message, "silence")).toBe(false);
    resolve(Response.json(answered));
    expect(await first).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it("tells of refusals, of answers that are none, and of silence", async () => {
    const answers: (() => Response | Promise<Response>)[] = [
      () => refusal(400),
      () => new Response("<html>", { status: 502 }),
      () => Promise.reject(new TypeError("connection refused")),
    ];
    const { actor } = startActor(() => (answers.shift() as () => Response)());
    const failures: unknown[] = [];
    while (answers.length > 0) {
      expect(await actor.press(message, "ack")).toBe(false);
      failures.push(actor.acting.attempts.get("message:10")?.failure);
    }
    expect(failures).toEqual(["No. values: a list", "The emulator answered 502.", "The emulator did not answer."]);
  });

  it("drops what comes back after the user has been exchanged", async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { actor } = startActor(() => promise);
    const pressed = actor.press(message, "ack");
    actor.actAs("4");
    resolve(refusal(400));
    expect(await pressed).toBe(false);
    expect(actor.acting).toMatchObject({ userId: "4", notice: "", modal: null });
    expect(actor.acting.attempts.size).toBe(0);
  });

  it("tells a failed autocompletion from one without choices", async () => {
    let status = "answered";
    const { actor } = startActor(() => Response.json({ choices: [], status }));
    const invocation = { command, channelId: "1", options: [{ name: "a", value: "", focused: true }] };
    expect(await actor.complete(invocation)).toEqual({ ok: true, value: [] });
    status = "failed";
    expect(await actor.complete(invocation)).toMatchObject({ ok: false, text: "The application did not answer." });
  });

  it("submits the modal that is open, and no other", async () => {
    const { actor, requests } = startActor(() => Response.json({ ...answered, id: "78" }));
    expect(await actor.submitModal({ reason: "x" })).toBe(false);
    const modal = { custom_id: "m", title: "Why?", components: [] };
    actor.receive({ t: "INTERACTION_STATUS", d: { ...answered, response: { type: 9, modal } } });
    expect(await actor.submitModal({ reason: "x" })).toBe(true);
    expect(requests).toMatchObject([{ body: { interaction_id: "77", user_id: "3", fields: { reason: "x" } } }]);
    expect(actor.acting.modal).toBeNull();
  });
});
