import { describe, expect, it } from "vitest";
import { createSession } from "../page/src/session.ts";
import type { EmulatorState, Message } from "../page/src/wire.ts";

const bot = { id: "7", username: "bot" };
const state = (lastIds: Record<string, string> = {}): EmulatorState => ({
  guild: { id: "1", name: "guild" },
  channels: ["10", "11"].map((id) => ({ id, type: 0, name: `channel-${id}`, last_message_id: lastIds[id] ?? null })),
  users: [],
  bot,
  limits: "strict",
});
const message = (id: string, channel_id: string): Message => ({
  id,
  channel_id,
  timestamp: "2026-01-01T00:00:00.000Z",
  author: bot,
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A session over answers that can be changed; events are applied at once. */
function startSession(answers: { state: EmulatorState; messages: Message[] }) {
  const requests: string[] = [];
  const pages: (() => void)[] = [];
  const session = createSession({
    api: {
      state: async () => answers.state,
      messages: (channelId) => {
        requests.push(channelId);
        const { promise, resolve } = Promise.withResolvers<Message[]>();
        pages.push(() => resolve(answers.messages.filter((one) => one.channel_id === channelId)));
        return promise;
      },
    },
    schedule: (work) => work(),
    isFollowing: () => true,
    isVisible: () => true,
    onChange: () => {},
  });
  return {
    session,
    requests,
    async answerPage() {
      await settle();
      pages.shift()?.();
      await settle();
    },
  };
}

describe("the page's session", () => {
  it("shows the first text channel when no other is asked for, and the wanted one when it exists", async () => {
    const { session, answerPage } = startSession({ state: state(), messages: [] });
    session.connected();
    await answerPage();
    expect(session.snapshot).toMatchObject({ selectedId: "10", connection: "live", isLoading: false });
    session.select("11");
    expect(session.snapshot.selectedId).toBe("11");
    session.select("99");
    expect(session.snapshot.selectedId).toBe("10");
  });

  it("applies events that arrive while a page is on its way, on top of it", async () => {
    const answers = { state: state(), messages: [message("100", "10")] };
    const { session, answerPage } = startSession(answers);
    session.connected();
    session.receive({ t: "MESSAGE_CREATE", d: message("100", "10") });
    session.receive({ t: "MESSAGE_CREATE", d: message("101", "10") });
    session.receive({ t: "MESSAGE_DELETE", d: { id: "100", channel_id: "10" } });
    expect(session.snapshot.log.messages).toEqual([]);
    await answerPage();
    expect(session.snapshot.log.messages.map(({ id }) => id)).toEqual(["101"]);
  });

  it("does not count a reaction twice that the page already has", async () => {
    const emoji = { id: null, name: "👍" };
    const answers = { state: state(), messages: [{ ...message("100", "10"), reactions: [{ emoji, count: 1 }] }] };
    const { session, requests, answerPage } = startSession(answers);
    session.connected();
    session.receive({ t: "MESSAGE_REACTION_ADD", d: { channel_id: "10", message_id: "100", user_id: "3", emoji } });
    await answerPage();
    await answerPage();
    expect(requests).toEqual(["10", "10"]);
    expect(session.snapshot.log.messages[0]?.reactions).toEqual([{ emoji, count: 1 }]);
  });

  it("drops the answer for a channel that is no longer selected", async () => {
    const answers = { state: state(), messages: [message("100", "10"), message("101", "11")] };
    const { session, answerPage } = startSession(answers);
    session.connected();
    await answerPage();
    session.select("11");
    session.select("10");
    await answerPage();
    expect(session.snapshot.log.messages).toEqual([]);
    await answerPage();
    expect(session.snapshot.log.messages.map(({ id }) => id)).toEqual(["100"]);
  });

  it("keeps the load of the whole state when another channel is chosen meanwhile", async () => {
    const answers = { state: state(), messages: [message("101", "11")] };
    const { session, answerPage } = startSession(answers);
    session.connected();
    await answerPage();
    answers.state = { ...answers.state, limits: "off" };
    session.connected();
    session.select("11");
    await answerPage();
    await answerPage();
    expect(session.snapshot.directory.limits).toBe("off");
    expect(session.snapshot.log.messages.map(({ id }) => id)).toEqual(["101"]);
  });

  it("counts unread messages of other channels, the missed ones after a reconnect included, each once", async () => {
    const answers = { state: state({ "11": "100" }), messages: [message("100", "11")] };
    const { session, answerPage } = startSession(answers);
    session.connected();
    await answerPage();
    expect(session.snapshot.unread.size).toBe(0);
    session.receive({ t: "MESSAGE_CREATE", d: message("101", "11") });
    expect(session.snapshot.unread.get("11")).toBe(1);
    session.lost();
    expect(session.snapshot.connection).toBe("lost");

    answers.state = state({ "11": "103" });
    answers.messages = ["103", "102", "101", "100"].map((id) => message(id, "11"));
    session.connected();
    session.receive({ t: "MESSAGE_CREATE", d: message("103", "11") });
    await answerPage();
    await answerPage();
    expect(session.snapshot.unread.get("11")).toBe(3);
    session.select("11");
    expect(session.snapshot.unread.size).toBe(0);
  });

  it("shows what one user alone sees to that user only, and dismisses it for good", async () => {
    const users = ["3", "4"].map((id) => ({ id, username: `user-${id}` }));
    const { session, answerPage } = startSession({ state: { ...state(), users }, messages: [message("100", "10")] });
    const ids = () => session.snapshot.log.messages.map(({ id }) => id);
    session.viewAs("user-4");
    session.connected();
    await answerPage();
    expect(session.snapshot.viewerId).toBe("4");
    session.receive({ t: "MESSAGE_CREATE", d: message("101", "10"), viewer_id: "3" });
    session.receive({ t: "MESSAGE_CREATE", d: message("102", "10"), viewer_id: "4" });
    session.receive({ t: "MESSAGE_CREATE", d: message("103", "11"), viewer_id: "3" });
    expect(ids()).toEqual(["100", "102"]);
    expect(session.snapshot.unread.size).toBe(0);
    session.dismiss("100");
    expect(ids()).toEqual(["102"]);
    session.viewAs("3");
    expect(ids()).toEqual([]);
    await answerPage();
    expect(ids()).toEqual([]);
    expect(session.snapshot.viewerId).toBe("3");
  });

  it("acts as the first who is not the owner when nobody else is asked for", async () => {
    const users = ["3", "4"].map((id) => ({ id, username: `user-${id}` }));
    const guild = { id: "1", name: "guild", owner_id: "3" };
    const { session, answerPage } = startSession({ state: { ...state(), users, guild }, messages: [] });
    session.connected();
    await answerPage();
    expect(session.snapshot.viewerId).toBe("4");
    session.viewAs("nobody");
    expect(session.snapshot.viewerId).toBe("4");
  });

  it("says why a load failed, and forgets it with the next one", async () => {
    const answers = { state: state(), messages: [] };
    const broken = startSession({
      get state(): EmulatorState {
        throw new Error("The emulator answered 500");
      },
      messages: [],
    });
    broken.session.connected();
    await settle();
    expect(broken.session.snapshot.failure).toBe("The emulator answered 500");
    const working = startSession(answers);
    working.session.connected();
    await working.answerPage();
    expect(working.session.snapshot.failure).toBeNull();
  });
});
