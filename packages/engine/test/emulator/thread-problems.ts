import type { EngineEvent, Notification } from "../../src/index.ts";
import type { AcceptedAlert } from "./incidents.ts";
import type { ShownMessage, ShownWorld } from "./read-channels.ts";

/** What is to be said about the thread of one alert. */
export interface ThreadState {
  readonly kind: "none" | "open" | "closed";
  readonly problems: readonly string[];
}

/** A thread is told when its alert is over, and closed where that can be done; it is open as long as the alert is. */
export function threadProblems(
  alert: AcceptedAlert,
  notification: Notification | undefined,
  messages: readonly ShownMessage[],
  { channels }: ShownWorld,
  events: readonly EngineEvent[],
): ThreadState {
  const { key, place, versions } = alert;
  const { shape } = place;
  const isResolved = versions.at(-1)?.isResolved === true;
  const wants = shape === "bot threads" || shape === "bot forum" || shape === "webhook forum";
  if (!wants || isSkipped(alert, events) || notification?.status === "failed") return { kind: "none", problems: [] };
  const thread = channels.get(notification?.threadId ?? "");
  if (thread?.thread_metadata === undefined) {
    // Nobody opens a thread for what is over.
    return { kind: "none", problems: isResolved && shape === "bot threads" ? [] : [`${key} has no thread`] };
  }
  const { archived } = thread.thread_metadata;
  const isTold = messages.some(
    ({ channel_id, content }) => channel_id === thread.id && content.includes("**Resolved**"),
  );
  const card = messages.find(({ id }) => id === notification?.messageId);
  // What was over before it was shown needs no note.
  const wasShownActive = shape === "bot threads" || card?.edited_timestamp !== null;
  const problems = [
    ...(isResolved && wasShownActive && !isTold ? [`the thread of ${key} was not told`] : []),
    ...(!isResolved && isTold ? [`the thread of ${key} was told too much`] : []),
    ...(archived !== (isResolved && shape !== "webhook forum")
      ? [`the thread of ${key} is ${archived ? "closed" : "open"}`]
      : []),
  ];
  return { kind: archived ? "closed" : "open", problems };
}

const isSkipped = ({ id, place }: AcceptedAlert, events: readonly EngineEvent[]): boolean =>
  events.some((event) => event.kind === "step-skipped" && event.alertId === id && event.destination === place.name);
