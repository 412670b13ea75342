import { type EmulatorProcess, startEmulatorProcess } from "@tocsin/discord-emulator/process";

/** What one destination is: the way in, and how alerts are shown. */
export const SHAPES = {
  "bot threads": { path: "bot", isForum: false, delivery: {} },
  "bot plain": { path: "bot", isForum: false, delivery: { thread: false, escalation: "edit" } },
  "bot forum": { path: "bot", isForum: true, delivery: {} },
  "webhook packed": { path: "webhook", isForum: false, delivery: { escalation: "edit" } },
  "webhook single": { path: "webhook", isForum: false, delivery: { pack: false } },
  "webhook forum": { path: "webhook", isForum: true, delivery: { escalation: "edit" } },
} as const;

export type Shape = keyof typeof SHAPES;

/** One channel, which is the destination of one topic. */
export interface Place {
  readonly name: string;
  readonly shape: Shape;
  readonly channelId: string;
  /** Only of webhooks. */
  readonly webhookUrl: string;
}

/** A time that can jump, here and in the emulator. */
export interface SharedClock {
  now(): number;
  advance(ms: number): Promise<void>;
}

/** Channels of every shape in an emulator that is a process of its own. */
export interface AlertWorld extends AsyncDisposable {
  readonly emulator: EmulatorProcess;
  readonly clock: SharedClock;
  readonly places: readonly Place[];
}

const TEXT = 0;
const FORUM = 15;

/** Opens `counts` channels of each shape. The limits are strict from then on. */
export async function openAlertWorld(counts: Readonly<Record<Shape, number>>, seed: number): Promise<AlertWorld> {
  // Making the channels is not what is tested.
  const emulator = await startEmulatorProcess({ limits: "off", seed });
  const { api_url: apiUrl, guild_id: guildId } = emulator.description;

  async function open(shape: Shape, index: number): Promise<Place> {
    const { path, isForum } = SHAPES[shape];
    const channel = { name: `${shape} ${index}`.replaceAll(" ", "-"), type: isForum ? FORUM : TEXT };
    const { id } = (await emulator.asBot("POST", `/guilds/${guildId}/channels`, channel)) as { readonly id: string };
    const place = { name: channel.name, shape, channelId: id };
    if (path === "bot") return { ...place, webhookUrl: "" };
    const webhook = (await emulator.asBot("POST", `/channels/${id}/webhooks`, { name: "alerts" })) as {
      readonly id: string;
      readonly token: string;
    };
    return { ...place, webhookUrl: `${apiUrl}/webhooks/${webhook.id}/${webhook.token}` };
  }

  const places: Place[] = [];
  for (const [shape, count] of Object.entries(counts) as [Shape, number][]) {
    for (let index = 0; index < count; index += 1) places.push(await open(shape, index));
  }
  await emulator.setLimits("strict");
  let aheadMs = 0;
  return {
    emulator,
    places,
    clock: {
      now: () => Date.now() + aheadMs,
      async advance(ms) {
        await emulator.advance(ms);
        aheadMs += ms;
      },
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
