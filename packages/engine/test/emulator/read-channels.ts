import type { AlertWorld } from "./alert-world.ts";

/** A message as the emulator's control API tells it. */
export interface ShownMessage {
  readonly id: string;
  readonly type: number;
  readonly channel_id: string;
  readonly content: string;
  readonly edited_timestamp: string | null;
  readonly nonce?: string;
  readonly embeds: readonly {
    readonly title?: string;
    readonly description?: string;
    readonly fields?: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** A channel, or a thread of one. */
export interface ShownChannel {
  readonly id: string;
  readonly parent_id?: string | null;
  readonly thread_metadata?: { readonly archived: boolean };
}

/** All that the channels of a world show. */
export interface ShownWorld {
  readonly channels: ReadonlyMap<string, ShownChannel>;
  readonly messages: readonly ShownMessage[];
}

/** A message that somebody wrote, or an answer to one; not what Discord says of threads. */
const ORDINARY_TYPES: ReadonlySet<number> = new Set([0, 19]);
const PAGE_COUNT = 100;

/** Notes say in words what has happened; cards do not. */
export const isCard = ({ content }: ShownMessage): boolean => content === "";

export async function readChannels({ emulator, places }: AlertWorld): Promise<ShownWorld> {
  const state = (await emulator.control("/state")) as { readonly channels: readonly ShownChannel[] };
  const homes = new Set(places.map(({ channelId }) => channelId));
  const ours = state.channels.filter(({ id, parent_id }) => homes.has(id) || homes.has(parent_id ?? ""));
  const messages: ShownMessage[] = [];
  for (const { id } of ours) {
    for (let before: string | null = ""; before !== null; ) {
      const path: string = `/channels/${id}/messages?limit=${PAGE_COUNT}${before}`;
      const page = (await emulator.control(path)) as readonly ShownMessage[];
      messages.push(...page.filter(({ type }) => ORDINARY_TYPES.has(type)));
      before = page.length < PAGE_COUNT ? null : `&before=${page.at(-1)?.id}`;
    }
  }
  return { channels: new Map(ours.map((channel) => [channel.id, channel])), messages };
}
