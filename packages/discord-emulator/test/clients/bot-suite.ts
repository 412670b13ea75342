import type { StartedProcess } from "@tocsin/testkit";
import { waitFor } from "@tocsin/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DiscordEmulator, type EmulatorOptions, startDiscordEmulator } from "../../src/index.ts";
import { control, send } from "../support.ts";
import { createOnlooker, type Onlooker, type SeenMessage } from "./people.ts";
import { startClient } from "./start-bot.ts";

/** How a bot is watched. */
export interface WatchOptions {
  /** Whether what it needs is not installed. @default false */
  readonly isMissing?: boolean;
  /** Options of its emulator. @default none */
  readonly emulator?: EmulatorOptions;
}

/** Watches the bot `file` do its duties (see bots/duties.ts) on an emulator of its own with the documented rate limits. */
export function watchBot(
  name: string,
  file: string,
  { isMissing = false, emulator: options }: WatchOptions = {},
): void {
  describe.skipIf(isMissing)(`${name}, as it is published,`, () => {
    let emulator: DiscordEmulator;
    let bot: StartedProcess;
    let alice: Onlooker;
    /** Alice again, elsewhere: five messages in five seconds are all that a bot may send into one channel. */
    let elsewhere: Onlooker;
    beforeAll(async () => {
      emulator = await startDiscordEmulator(options);
      alice = createOnlooker(emulator);
      elsewhere = createOnlooker(emulator, "critical");
      bot = await startClient(emulator, `bots/${file}`);
      await bot.ready;
    });
    afterAll(async () => {
      await bot?.[Symbol.asyncDispose]();
      await emulator?.close();
    });

    beforeEach(({ onTestFailed }) => onTestFailed(() => console.error(`the bot wrote:\n${bot.output()}`)));

    /** Has the bot send an alert, and gives it once the bot has reacted to it. */
    async function raiseAlert(title: string): Promise<SeenMessage> {
      await alice.say(`alert ${title}`);
      return await alice.see(({ embeds, reactions = [] }) => embeds[0]?.title === title && reactions.length > 0);
    }

    test("sends an embed with buttons, reacts, learns of a reaction and edits", async () => {
      const alert = await raiseAlert("disk full");
      const { id } = alert;
      expect(alert).toMatchObject({
        author: { id: emulator.description.application_id },
        embeds: [{ title: "disk full", description: "since a minute", color: 0xff_00_00 }],
        components: [
          {
            components: [
              { custom_id: "ack", style: 3 },
              { custom_id: "later", style: 2 },
            ],
          },
        ],
        reactions: [{ emoji: { name: "👀" }, count: 1 }],
      });
      await alice.react(id, "✅");
      const seen = await alice.see(({ content }) => content === `seen by ${emulator.description.users.alice.id}`);
      expect(seen).toMatchObject({ id, embeds: [{ title: "disk full" }], edited_timestamp: expect.any(String) });
    });

    test("learns of a click, and replies", async () => {
      const { id } = await raiseAlert("to be taken");
      expect(await alice.click(id, "ack")).toMatchObject({ status: "answered", response: { type: 4 } });
      const reply = await alice.see(({ content }) => content === `taken by ${emulator.description.users.alice.id}`);
      expect(reply).toMatchObject({
        author: { id: emulator.description.application_id },
        interaction_metadata: { type: 3, interacted_message_id: id },
      });
    });

    test("learns of a click, defers, completes the answer and follows up", async () => {
      const { id } = await raiseAlert("for later");
      expect(await alice.click(id, "later")).toMatchObject({ status: "answered", response: { type: 5 } });
      const followUp = await alice.see(({ content }) => content === "noted");
      const answer = await alice.see(({ content }) => content === "looking");
      expect(followUp.id).not.toBe(answer.id);
      expect(answer.flags & 128).toBe(0);
    });

    test("opens a thread from its message, and writes there", async () => {
      const { id } = await raiseAlert("to talk about");
      await alice.say("thread");
      // A thread has the id of the message that it began with.
      expect(await alice.see(({ content }) => content === "hello", id)).toMatchObject({ channel_id: id });
      expect(await alice.see((message) => message.id === id)).toMatchObject({ thread: { name: "talk" } });
    });

    test("survives a 429", async () => {
      const effect = { kind: "rate_limit", scope: "user", retry_after: 0.2 };
      const match = { method: "POST", route: "/channels/:channel_id/messages" };
      await control(emulator, "POST", "/faults", { match, effect, count: 1 });
      await elsewhere.say("echo after the limit");
      await elsewhere.see(({ content }) => content === "heard after the limit");
    });

    test.each([
      ["is told to reconnect", { kind: "reconnect" }],
      ["is cut off", { kind: "close", code: 4000 }],
    ])("resumes its session when it %s, misses nothing and hears nothing twice", async (reason, mischief) => {
      const sessionIds = async (): Promise<string[]> => {
        const { json } = await send("GET", `${emulator.description.control_url}/gateway`);
        return json.sessions.map(({ id }: { id: string }) => id);
      };
      const resumeCount = () => bot.output().match(/^resumed$/gm)?.length ?? 0;
      const [idsBefore, countBefore] = [await sessionIds(), resumeCount()];
      await control(emulator, "POST", "/gateway", mischief);
      await elsewhere.say(`echo ${reason}: meanwhile`);
      await waitFor(() => resumeCount() > countBefore, { timeoutMs: 10_000 });
      await elsewhere.say(`echo ${reason}: afterwards`);
      const wanted = [`heard ${reason}: afterwards`, `heard ${reason}: meanwhile`];
      for (const each of wanted) await elsewhere.see(({ content }) => content === each);
      const heard = (await elsewhere.messages()).map(({ content }) => content);
      expect(heard.filter((content) => content.startsWith(`heard ${reason}`)).toSorted()).toEqual(wanted);
      expect(await sessionIds()).toEqual(idsBefore);
    });
  });
}
