import { array, assert, asyncProperty, constantFrom, double, option } from "fast-check";
import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { control, send, startEmulator } from "../support.ts";
import { type Frame, identify, type RawClient, type RawOptions, resume } from "./client.ts";

/** What happens to a client: somebody writes, or its connection ends in some way. */
type Step = "say" | "drop" | "close" | "reconnect" | "half open" | "invalid";

/** Ways in which a connection ends; each leaves a session that can be resumed. */
const ENDS: Readonly<Record<Exclude<Step, "say">, (emulator: DiscordEmulator, client: RawClient) => Promise<unknown>>> =
  {
    drop: async (_emulator, client) => client.drop(),
    close: async (_emulator, client) => client.socket.close(4200),
    async reconnect(emulator, client) {
      await control(emulator, "POST", "/gateway", { kind: "reconnect" });
      client.socket.close(4000);
    },
    async "half open"(emulator, client) {
      await control(emulator, "POST", "/gateway", { kind: "half_open" });
      client.drop();
    },
    async invalid(emulator, client) {
      await control(emulator, "POST", "/gateway", { kind: "invalid_session", resumable: true });
      client.drop();
    },
  };

/** A client that resumes whenever it has lost its connection, and remembers all that it was told. */
async function startResumingClient(emulator: DiscordEmulator, options: RawOptions) {
  const first = await identify(emulator, {}, options);
  const past: Frame[] = [];
  let client: RawClient = first;
  let seq = 0;
  return {
    client: () => client,
    told: () => [...past, ...client.frames].filter(({ op }) => op === 0),
    async comeBack() {
      await client.closed;
      past.push(...client.frames);
      seq = Math.max(seq, client.seq());
      client = await resume(emulator, first.ready.d, seq, options);
    },
  };
}

async function hold(options: RawOptions, steps: readonly Step[], duplicates: number | null): Promise<void> {
  await using emulator = await startEmulator({ seed: 1 });
  const { channels, users, control_url } = emulator.description;
  const say = (content: string) =>
    control(emulator, "POST", "/messages", { channel_id: channels.alerts.id, user_id: users.alice.id, content });
  const follower = await startResumingClient(emulator, options);
  if (duplicates !== null) await control(emulator, "POST", "/gateway", { kind: "duplicate", probability: duplicates });
  const said: string[] = [];
  let isAway = false;
  for (const [index, step] of [...steps, "say" as const].entries()) {
    if (step === "say") {
      said.push(String(index));
      await say(String(index));
    } else if (isAway) {
      await follower.comeBack();
      isAway = false;
    } else {
      await ENDS[step](emulator, follower.client());
      isAway = true;
    }
  }
  if (isAway) await follower.comeBack();
  await send("DELETE", `${control_url}/gateway`);
  await say("end");
  while ((await follower.client().next("MESSAGE_CREATE")).d.content !== "end");

  const told = follower.told();
  // Every number once and in order: nothing is missing, nothing is replayed twice.
  expect(told.map(({ s }) => s)).toEqual(told.map((_, index) => index + 1));
  const contents = told.filter(({ t }) => t === "MESSAGE_CREATE").map(({ d }) => d.content as string);
  const withoutRepeats = contents.filter((content, index) => content !== contents[index - 1]);
  expect(withoutRepeats).toEqual([...said, "end"]);
  if (duplicates === null) expect(contents).toEqual(withoutRepeats);
  follower.client().drop();
}

const steps = array(constantFrom<Step>("say", "say", "say", "drop", "close", "reconnect", "half open", "invalid"), {
  maxLength: 24,
});

test.each([{}, { compress: "zlib-stream" }, { compress: "zstd-stream" }] as const)(
  "wherever its connection breaks, a client that resumes misses nothing and hears nothing twice: %j",
  async (options) => {
    await assert(
      asyncProperty(steps, option(double({ min: 0.2, max: 0.8, noNaN: true })), (script, duplicates) =>
        hold(options, script, duplicates),
      ),
      { seed: 5, numRuns: 20 },
    );
  },
);
