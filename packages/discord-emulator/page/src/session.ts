import { type ControlApi, PAGE_SIZE } from "./control-api.ts";
import { actingUserId, channelTree, type Directory, directoryFromState, emptyDirectory, isForum } from "./directory.ts";
import { applyDirectoryEvents } from "./directory-events.ts";
import { applyEvents, emptyLog, logFromPage, type MessageLog, withOlderPage, withoutMessage } from "./message-log.ts";
import { createUnreadCounter, type UnreadCounts } from "./unread.ts";
import type { DiscordEvent, Message } from "./wire.ts";

export type Connection = "connecting" | "live" | "lost";

/** Everything that is drawn, replaced as a whole on every change. */
export interface Snapshot {
  readonly connection: Connection;
  readonly directory: Directory;
  readonly selectedId: string | null;
  /** The user through whose eyes everything is shown. */
  readonly viewerId: string | null;
  readonly log: MessageLog;
  readonly isLoading: boolean;
  /** Messages since the channel was last looked at, for channels that have any. */
  readonly unread: UnreadCounts;
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
  /** Shows everything as another user sees it, by id or name; unknown or null: as the first member. */
  viewAs(user: string | null): void;
  /** Takes a message off the page, for as long as the page lives. */
  dismiss(messageId: string): void;
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
    viewerId: null,
    log: emptyLog,
    isLoading: true,
    unread: new Map(),
    failure: null,
  };
  let wantedId: string | null = null;
  let wantedViewer: string | null = null;
  let queue: DiscordEvent[] = [];
  let isScheduled = false;
  /** Set until the whole state has been loaded once after a connection: choosing a channel then must not replace that load. */
  let isReloading = false;
  const counter = createUnreadCounter();
  const dismissedIds = new Set<string>();
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
    const { selectedId, viewerId } = snapshot;
    const events = queue.filter(({ viewer_id }) => viewer_id === undefined || viewer_id === viewerId);
    queue = [];
    const isFollowing = options.isFollowing();
    const isRead = isFollowing && options.isVisible();
    change({
      directory: applyDirectoryEvents(snapshot.directory, events),
      unread: counter.counted(snapshot.unread, events, (channelId) => isRead && channelId === selectedId),
      log:
        selectedId === null
          ? snapshot.log
          : applyEvents(snapshot.log, selectedId, events, { isFollowing, selfId: viewerId }),
    });
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

  type Place = Pick<Snapshot, "directory" | "selectedId" | "viewerId">;

  async function newestPage({ directory, selectedId, viewerId }: Place): Promise<MessageLog> {
    const channel = directory.channels.get(selectedId ?? "");
    if (channel === undefined || isForum(channel)) return emptyLog;
    for (;;) {
      const page = await api.messages(channel.id, viewerId);
      // A reaction event is a step, not a state: one that arrived meanwhile may be in the page already, so the page is fetched again without it.
      const isStep = ({ t, d }: DiscordEvent) =>
        t.startsWith("MESSAGE_REACTION_") && (d as Message).channel_id === channel.id;
      if (!queue.some(isStep)) return logFromPage(page, PAGE_SIZE, dismissedIds);
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

  async function reload(): Promise<void> {
    isReloading = true;
    await load(async () => {
      const directory = directoryFromState(await api.state());
      const place = { directory, selectedId: resolve(directory), viewerId: actingUserId(directory, wantedViewer) };
      const log = await newestPage(place);
      const others = new Map([...directory.channels].filter(([id]) => id !== place.selectedId));
      const { unread } = snapshot;
      const isFirst = snapshot.directory === emptyDirectory;
      const missed = isFirst ? unread : await counter.missed(unread, others, (id) => api.messages(id, place.viewerId));
      counter.know(directory.channels);
      isReloading = false;
      return { ...place, log, unread: missed };
    });
  }

  /** Shows another place; what is loaded of the old one goes. */
  function move(place: Partial<Place>): void {
    change({ ...place, log: emptyLog });
    if (isReloading) return void reload();
    void load(async () => ({ log: await newestPage(snapshot) }));
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
      if (snapshot.directory === emptyDirectory) return;
      const selectedId = resolve(snapshot.directory);
      change({ unread: without(selectedId) });
      move({ selectedId });
    },
    viewAs(user) {
      wantedViewer = user;
      if (snapshot.directory !== emptyDirectory) move({ viewerId: actingUserId(snapshot.directory, user) });
    },
    dismiss(messageId) {
      dismissedIds.add(messageId);
      change({ log: withoutMessage(snapshot.log, messageId) });
    },
    markRead() {
      if (snapshot.unread.has(snapshot.selectedId ?? "")) change({ unread: without(snapshot.selectedId) });
    },
    async loadOlder() {
      const { log, selectedId, viewerId, isLoading } = snapshot;
      const oldest = log.messages[0];
      if (isLoading || selectedId === null || oldest === undefined) return;
      await load(async () => {
        const page = await api.messages(selectedId, viewerId, oldest.id);
        return { log: withOlderPage(log, page, PAGE_SIZE, dismissedIds) };
      });
    },
    async jumpToPresent() {
      change({ unread: without(snapshot.selectedId) });
      await load(async () => ({ log: await newestPage(snapshot) }));
    },
  };
}
