import type { SeededRandom } from "@tocsin/testkit";
import type { DiscordFile, DiscordOperation, MessageRef } from "../../src/index.ts";
import type { Place } from "./mixed-world.ts";
import { askSurely, type RunOptions, runSurely } from "./run-surely.ts";

/** A message that Discord should show, or that should be gone. */
export interface ExpectedMessage {
  /** In every version of its text, and in no other message. */
  readonly marker: string;
  readonly place: Place;
  readonly ref: MessageRef;
  readonly replyTo?: string;
  text: string;
  fileNames: readonly string[];
  isDeleted: boolean;
  hasThread: boolean;
  readonly reactions: Set<string>;
}

/** A thread that should be there. */
export interface ExpectedThread {
  readonly place: Place;
  readonly threadId: string;
  isArchived: boolean;
}

/** What somebody who uses one place wants to be seen there. */
export interface Expected {
  readonly messages: readonly ExpectedMessage[];
  readonly threads: readonly ExpectedThread[];
  /** Answers to questions that were not true. */
  readonly untrue: readonly string[];
}

type Where = Partial<Pick<DiscordOperation & { kind: "send" }, "threadId" | "threadName" | "replyTo">>;

/** Does things in one place and remembers what should be seen of them. One at a time. */
export interface Hand extends Expected {
  post(where: Where): Promise<void>;
  edit(message: ExpectedMessage): Promise<void>;
  remove(message: ExpectedMessage): Promise<void>;
  startThread(message: ExpectedMessage): Promise<void>;
  /** Opens or closes a thread. */
  archive(thread: ExpectedThread, archived: boolean): Promise<void>;
  react(message: ExpectedMessage): Promise<void>;
  /** Asks for a message and who reacted to it. For bots. */
  read(message: ExpectedMessage): Promise<void>;
}

export interface HandOptions extends RunOptions {
  /** Unlike that of any other hand. */
  readonly name: string;
  readonly random: SeededRandom;
}

const EMOJIS = ["✅", "👀", "🔥", "👍"] as const;
const SHARE_WITH_FILE = 0.1;

const inThread = ({ threadId }: MessageRef) => (threadId === undefined ? {} : { threadId });

export function createHand(place: Place, options: HandOptions): Hand {
  const { name, random } = options;
  const messages: ExpectedMessage[] = [];
  const threads: ExpectedThread[] = [];
  const untrue: string[] = [];
  let operationCount = 0;

  const run = (operation: DiscordOperation) => {
    operationCount += 1;
    return runSurely(place, operation, `${name}.${operationCount}`, options);
  };

  return {
    messages,
    threads,
    untrue,
    async post(where) {
      const marker = `[${name}.${messages.length}]`;
      const text = `${marker} version 0`;
      const files = random.next() < SHARE_WITH_FILE ? [fileOf(marker)] : [];
      const target = messages.find(({ ref }) => ref.messageId === where.replyTo);
      const replies = target?.isDeleted === false ? { replyTo: target.ref.messageId } : {};
      const send = { kind: "send", message: { content: text }, ...where } as const;
      const ref = await run(files.length === 0 ? send : { ...send, files });
      const fileNames = files.map((file) => file.name);
      const state = { isDeleted: false, hasThread: false, reactions: new Set<string>() };
      messages.push({ marker, place, ref, ...replies, text, fileNames, ...state });
      const reopened = threads.find(({ threadId }) => threadId === where.threadId);
      if (reopened !== undefined) reopened.isArchived = false;
      const opensPost = where.threadName !== undefined;
      if (opensPost) threads.push({ place, threadId: ref.threadId ?? ref.channelId, isArchived: false });
    },
    async edit(message) {
      const text = `${message.marker} version ${operationCount}`;
      const { ref } = message;
      await run({ kind: "edit", messageId: ref.messageId, ...inThread(ref), message: { content: text } });
      message.text = text;
      message.fileNames = [];
    },
    async remove(message) {
      await run({ kind: "delete", messageId: message.ref.messageId, ...inThread(message.ref) });
      message.isDeleted = true;
    },
    async startThread(message) {
      const { messageId } = message.ref;
      const ref = await run({ kind: "start-thread", messageId, name: message.marker, autoArchiveMinutes: 1440 });
      message.hasThread = true;
      threads.push({ place, threadId: ref.threadId ?? ref.messageId, isArchived: false });
    },
    async archive(thread, archived) {
      await run({ kind: "update-thread", threadId: thread.threadId, archived });
      thread.isArchived = archived;
    },
    async react(message) {
      const emoji = random.pick(EMOJIS);
      await run({ kind: "react", messageId: message.ref.messageId, ...inThread(message.ref), emoji });
      message.reactions.add(emoji);
    },
    async read({ marker, ref, text, reactions }) {
      const { messageId } = ref;
      const query = { around: messageId, maxCount: 3, ...inThread(ref) };
      const found = await askSurely(place, "fetch-messages", options, ({ fetchMessages }) => fetchMessages(query));
      const content = found.find(({ id }) => id === messageId)?.content;
      if (content !== text) untrue.push(`${marker} is read as ${content ?? "nothing"}`);
      const [emoji] = reactions;
      if (emoji === undefined) return;
      const who = { messageId, ...inThread(ref), emoji };
      const users = await askSurely(place, "fetch-reactions", options, ({ fetchReactions }) => fetchReactions(who));
      if (users.length !== 1) untrue.push(`${marker} has ${emoji} of ${users.length} users`);
    },
  };
}

const fileOf = (marker: string): DiscordFile => ({
  name: `report-${marker.replaceAll(/\W/g, "-")}.txt`,
  base64: Buffer.from(marker).toString("base64"),
  contentType: "text/plain",
});
