import { setTimeout } from "node:timers/promises";
import { redact } from "@tocsin/errors";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit-code.ts";
import { createPaint } from "./paint.ts";
import { describeRefusal } from "./refusal.ts";
import { requestRelay } from "./relay-client.ts";
import { reportFailure } from "./report-failure.ts";

/** One entry of `notifications[]`, as far as it is printed. */
interface NotificationView {
  readonly channel: string;
  readonly status: "pending" | "delivered" | "failed" | "skipped";
  readonly destination?: string;
  readonly channel_id?: string;
  readonly message_id?: string;
  readonly thread_id?: string;
  readonly reason?: string;
  readonly details?: unknown;
  readonly may_be_delivered?: boolean;
}

export interface WaitOptions {
  readonly json: boolean;
  readonly fetchImplementation: typeof fetch;
  /** @default 10_000 */
  readonly timeoutMs?: number;
  /** @default 100 */
  readonly pollMs?: number;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Resolves after that many milliseconds. @default a timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const COLOURS = { pending: "yellow", delivered: "green", failed: "red", skipped: "gray" } as const;

/** The reason, and the target's own words in one line. */
function toWhy({ reason = "", details, may_be_delivered }: NotificationView): string {
  const { message, code } = (details ?? {}) as { readonly message?: unknown; readonly code?: unknown };
  const words = typeof message === "string" ? `: ${redact(message).replace(/[\p{Cc}\s]+/gu, " ")}` : "";
  const number = typeof code === "number" ? ` (${code})` : "";
  return `${reason}${words}${number}${may_be_delivered ? ", and may be there all the same" : ""}`;
}

/** A forum post is a channel of its own, and says so once. */
function toPlace({ message_id, channel_id, thread_id }: NotificationView): string {
  const thread = thread_id === undefined || thread_id === channel_id ? "" : `, thread ${thread_id}`;
  return `message ${message_id} in channel ${channel_id}${thread}`;
}

function toLine(notification: NotificationView, paint: ReturnType<typeof createPaint>): string {
  const name = notification.destination ?? notification.channel;
  const where = notification.message_id === undefined ? toWhy(notification) : toPlace(notification);
  return `  ${name}  ${paint(COLOURS[notification.status] ?? "gray", notification.status)}  ${where}`.trimEnd();
}

/**
 * Asks for the alert until none of its notifications is pending, and prints each. Resolves to `ok` when none failed;
 * to `failure` when one did, or when one is still pending after `timeoutMs`.
 */
export async function waitForNotifications(
  context: Context,
  connection: Connection,
  alertId: string,
  options: WaitOptions,
): Promise<ExitCode> {
  const { json, fetchImplementation, timeoutMs = 10_000, pollMs = 100, now = Date.now, sleep = setTimeout } = options;
  const deadlineAt = now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(deadlineAt - now(), pollMs);
    const request = { method: "GET", path: `/alerts/${encodeURIComponent(alertId)}`, timeoutMs: leftMs } as const;
    const answer = await requestRelay(connection, request, fetchImplementation);
    if (answer.kind === "unreachable" || answer.status !== 200) {
      const failure = describeRefusal(answer, connection);
      return reportFailure(context, { ...failure, advice: `${alertId} was accepted; only its delivery is not known` });
    }
    const { data } = answer.body as { data: { notifications?: readonly NotificationView[] } };
    const notifications = data.notifications ?? [];
    const pendingCount = notifications.filter((each) => each.status === "pending").length;
    if (pendingCount > 0 && now() + pollMs < deadlineAt) {
      await sleep(pollMs);
      continue;
    }
    if (json) context.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
    else {
      const paint = createPaint(context);
      const lines = notifications.length === 0 ? ["  no route matched: it is stored and shown nowhere"] : [];
      lines.push(...notifications.map((each) => toLine(each, paint)));
      context.stdout.write(`${lines.join("\n")}\n`);
    }
    if (pendingCount > 0) {
      return reportFailure(context, {
        exitCode: ExitCode.failure,
        what: `${pendingCount} of ${notifications.length} notifications are still pending after ${timeoutMs / 1000} s`,
        advice: `the relay keeps trying: ask again with GET ${connection.url}/alerts/${alertId}`,
      });
    }
    return notifications.some((each) => each.status === "failed") ? ExitCode.failure : ExitCode.ok;
  }
}
