import { type ControlApi, PAGE_SIZE } from "./control-api.ts";
import {
  applyChannelEvents,
  channelTree,
  type Directory,
  directoryFromState,
  emptyDirectory,
  isForum,
} from "./directory.ts";
import { applyEvents, compareIds, emptyLog, logFromPage, type MessageLog, withOlderPage } from "./message-log.ts";
import type { DiscordEvent, Message } from "./wire.ts";

export type Connection = "connecting" | "live" | "lost";

/** Everything that is drawn, replaced as a whole on every change. */
export interface Snapshot {
  readonly connection: Connection;
  readonly directory: Directory;
  readonly selectedId: string | null;
  readonly log: MessageLog;
  readonly isLoading: boolean;
  /** Messages since the channel was last looked at, for channels that have any. */
  readonly unread: ReadonlyMap<string, number>;
  /** Why the last load failed; null when it did not. */
  readonly failure: string | null;
}

/**
 * The one place where state changes: it takes what the server sends, batches it to one change per frame, and holds the messages of the selected
 * channel only. `isFollowing` says whether the reader sees the newest message right now.
 */
export interface Session {
  readonly snapshot: Snapshot;
  connected(): void;
  lost(): void;
  receive(event: DiscordEvent): void;
  /** Shows another channel; an unknown id or null shows the first text channel. */
  select(channelId: string | null): void;
  /** Says that the selected channel has been read to its end. */
  markRead(): void;
  loadOlder(): Promise<void>;
  /** Forgets the window and loads the newest page. */
  jumpToPresent(): Promise<void>;
}

export function createSession(options: {
  readonly api: ControlApi;
  readonly schedule: (work: () => void) => void;
  readonly isFollowing: () => boolean;
  readonly isVisible: () => boolean;
  readonly onChange: () => void;
}): Session {
  const { api } = options;
  let snapshot: Snapshot = {
    connection: "connecting",
    directory: emptyDirectory,
    selectedId: null,
    log: emptyLog,
    isLoading: true,
    unread: new Map(),
    failure: null,
  };
  let wantedId: string | null = null;
  let queue: DiscordEvent[] = [];
  let isScheduled = false;
  /** Set until the whole state has been loaded once after a connection: choosing a channel then must not replace that load. */
  let isReloading = false;
  /** The newest message of each channel that is shown or counted as unread. */
  const lastMessageIds = new Map<string, string>();
  /** Raised by every load; an answer that belongs to an older one is dropped. */
  let loadCount = 0;

  function change(part: Partial<Snapshot>): void {
    snapshot = { ...snapshot, ...part };
    options.onChange();
  }

  function flush(): void {
    isScheduled = false;
    // While a page is on its way the events wait for it, and are then applied on top.
    if (snapshot.isLoading || queue.length === 0) return;
    const events = queue;
    queue = [];
    const { selectedId } = snapshot;
    const isRead = options.isFollowing() && options.isVisible();
    const directory = applyChannelEvents(snapshot.directory, events);
    const unread = new Map(snapshot.unread);
    for (const { t, d } of events) {
      if (t !== "MESSAGE_CREATE") continue;
      const { channel_id, id } = d as Message;
      if (compareIds(id, lastMessageIds.get(channel_id) ?? "0") <= 0) continue;
      lastMessageIds.set(channel_id, id);
      if (channel_id !== selectedId || !isRead) unread.set(channel_id, (unread.get(channel_id) ?? 0) + 1);
    }
    const log =
      selectedId === null
        ? snapshot.log
        : applyEvents(snapshot.log, selectedId, events, {
            isFollowing: options.isFollowing(),
            selfId: directory.botId,
          });
    change({ directory, unread, log });
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    options.schedule(flush);
  }

  async function load(work: () => Promise<Partial<Snapshot>>): Promise<void> {
    loadCount += 1;
    const mine = loadCount;
    change({ isLoading: true });
    try {
      const part = await work();
      if (mine === loadCount) change({ ...part, isLoading: false, failure: null });
    } catch (error) {
      if (mine === loadCount)
        change({ isLoading: false, failure: error instanceof Error ? error.message : String(error) });
    }
    schedule();
  }

  async function newestPage(directory: Directory, channelId: string | null): Promise<MessageLog> {
    const channel = directory.channels.get(channelId ?? "");
    if (channel === undefined || isForum(channel)) return emptyLog;
    for (;;) {
      const page = await api.messages(channel.id);
      // A reaction event is a step, not a state: one that arrived meanwhile may be in the page already, so the page is fetched again without it.
      const isStep = ({ t, d }: DiscordEvent) =>
        t.startsWith("MESSAGE_REACTION_") && (d as Message).channel_id === channel.id;
      if (!queue.some(isStep)) return logFromPage(page, PAGE_SIZE);
      queue = queue.filter((event) => !isStep(event));
    }
  }

  function resolve(directory: Directory): string | null {
    if (wantedId !== null && directory.channels.has(wantedId)) return wantedId;
    const tree = channelTree(directory);
    return (tree.find(({ channel }) => channel.type === 0) ?? tree[0])?.channel.id ?? null;
  }

  function without(channelId: string | null): ReadonlyMap<string, number> {
    const unread = new Map(snapshot.unread);
    unread.delete(channelId ?? "");
    return unread;
  }

  /** What was missed while the connection was gone, as far as one page tells. */
  async function missed(directory: Directory, selectedId: string | null): Promise<ReadonlyMap<string, number>> {
    const unread = new Map(snapshot.unread);
    if (snapshot.directory === emptyDirectory) return unread;
    for (const channel of directory.channels.values()) {
      const before = lastMessageIds.get(channel.id) ?? "0";
      if (channel.id === selectedId || compareIds(channel.last_message_id ?? "0", before) <= 0 || isForum(channel))
        continue;
      const page = await api.messages(channel.id);
      const count = page.filter((message) => compareIds(message.id, before) > 0).length;
      if (count > 0) unread.set(channel.id, (unread.get(channel.id) ?? 0) + count);
    }
    return unread;
  }

  async function reload(): Promise<void> {
    isReloading = true;
    await load(async () => {
      const directory = directoryFromState(await api.state());
      const selectedId = resolve(directory);
      const log = await newestPage(directory, selectedId);
      const unread = await missed(directory, selectedId);
      for (const { id, last_message_id } of directory.channels.values()) lastMessageIds.set(id, last_message_id ?? "0");
      isReloading = false;
      return { directory, selectedId, log, unread };
    });
  }

  return {
    get snapshot() {
      return snapshot;
    },
    connected() {
      queue = [];
      change({ connection: "live" });
      void reload();
    },
    lost() {
      if (snapshot.connection !== "lost") change({ connection: "lost" });
    },
    receive(event) {
      queue.push(event);
      schedule();
    },
    select(channelId) {
      wantedId = channelId;
      const { directory } = snapshot;
      if (directory === emptyDirectory) return;
      const selectedId = resolve(directory);
      change({ selectedId, log: emptyLog, unread: without(selectedId) });
      if (isReloading) return void reload();
      void load(async () => ({ log: await newestPage(directory, selectedId) }));
    },
    markRead() {
      if (snapshot.unread.has(snapshot.selectedId ?? "")) change({ unread: without(snapshot.selectedId) });
    },
    async loadOlder() {
      const { log, selectedId, isLoading } = snapshot;
      const oldest = log.messages[0];
      if (isLoading || selectedId === null || oldest === undefined) return;
      await load(async () => ({ log: withOlderPage(log, await api.messages(selectedId, oldest.id), PAGE_SIZE) }));
    },
    async jumpToPresent() {
      const { directory, selectedId } = snapshot;
      change({ unread: without(selectedId) });
      await load(async () => ({ log: await newestPage(directory, selectedId) }));
    },
  };
}
