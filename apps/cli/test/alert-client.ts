import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "@tocsin/testkit";
import { expect } from "vitest";
import { authorizationOf, type DevDescription } from "./dev-process.ts";

type Severity = "warn" | "critical";

/** An alert that was answered 201. */
export interface Posted {
  readonly title: string;
  readonly id: string;
  readonly severity: Severity;
}

export interface ShownMessage {
  readonly id: string;
  /** The thread that began with it. */
  readonly thread?: { readonly id: string };
  readonly embeds: readonly { readonly title: string; readonly footer?: { readonly text: string } }[];
}

export interface PostOptions {
  readonly severity: Severity;
  /** Where the relay is now: it may come back elsewhere. */
  readonly current: () => DevDescription;
  /** Told of each 503. */
  readonly onUnavailable?: () => void;
}

/** Posts one alert until it is answered 201, as a client that wants to lose nothing does: under one idempotency key. */
async function postUntilAccepted(title: string, { severity, current, onUnavailable }: PostOptions): Promise<Posted> {
  for (;;) {
    try {
      const dev = current();
      const response = await fetch(`${dev.relay.url}/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: authorizationOf(dev), "idempotency-key": title },
        body: JSON.stringify({ title, severity, context: { number: title } }),
      });
      if (response.status === 201) {
        const { data } = (await response.json()) as { data: { id: string } };
        return { title, id: data.id, severity };
      }
      if (response.status !== 503) throw new TypeError(`answered ${response.status}: ${await response.text()}`);
      await response.body?.cancel();
      onUnavailable?.();
    } catch (error) {
      // fetch rejects with a TypeError that has a cause when the relay is dead; anything else is a real failure.
      if (!(error instanceof TypeError) || error.cause === undefined) throw error;
    }
    await delay(20);
  }
}

export interface Load {
  /** What was answered 201 so far. */
  readonly posted: readonly Posted[];
  /** How many 503 came so far. */
  unavailableCount(): number;
  /** Resolves when so many were answered 201. */
  reached(count: number): Promise<void>;
  /** Resolves when all are posted. */
  readonly done: Promise<unknown>;
}

/** Posts `alert-0` and so on, from several clients at the same time. */
export function startLoad(options: {
  readonly alertCount: number;
  readonly clientCount: number;
  /** Whom a client talks to, by its number. */
  readonly current: (client: number) => DevDescription;
  /** Of which alert it is asked by its number; `critical` leads to the channel of that name. @default "warn" */
  readonly severityOf?: (index: number) => Severity;
}): Load {
  const { alertCount, clientCount, current, severityOf = () => "warn" } = options;
  const posted: Posted[] = [];
  let next = 0;
  let unavailableCount = 0;
  const client = async (_: unknown, number: number) => {
    while (next < alertCount) {
      const index = next++;
      posted.push(
        await postUntilAccepted(`alert-${index}`, {
          severity: severityOf(index),
          current: () => current(number),
          onUnavailable: () => {
            unavailableCount += 1;
          },
        }),
      );
    }
  };
  const done = Promise.all(Array.from({ length: clientCount }, client));
  // Whoever started it waits for it at the end; a failure before that is not unhandled.
  done.catch(() => {});
  return {
    posted,
    unavailableCount: () => unavailableCount,
    async reached(count) {
      await Promise.race([done, waitFor(() => posted.length >= count, { timeoutMs: 60_000, intervalMs: 1 })]);
    },
    done,
  };
}

/** Every message of a channel, newest first. */
export async function allMessages(dev: DevDescription, channelId: string): Promise<readonly ShownMessage[]> {
  const messages: ShownMessage[] = [];
  for (;;) {
    const before = messages.at(-1)?.id;
    const query = before === undefined ? "limit=100" : `limit=100&before=${before}`;
    const response = await fetch(`${dev.discord.api_url}/v10/channels/${channelId}/messages?${query}`, {
      headers: { authorization: `Bot ${dev.discord.bot_token}` },
    });
    const page = (await response.json()) as ShownMessage[];
    if (page.length === 0) return messages;
    messages.push(...page);
  }
}

/** What the relay says of one alert: delivered, and how many more messages of it there may be. */
async function possibleDuplicateCount(dev: DevDescription, id: string): Promise<number> {
  const response = await fetch(`${dev.relay.url}/alerts/${id}`, { headers: { authorization: authorizationOf(dev) } });
  const { data } = (await response.json()) as {
    data: { notifications: { status: string; possible_duplicate_count?: number }[] };
  };
  expect(data.notifications).toMatchObject([{ status: "delivered" }]);
  return data.notifications[0]?.possible_duplicate_count ?? 0;
}

/** The alerts that a message shows: where many wait, several share one, and each has an embed. */
export const alertIdsOf = (message: ShownMessage): readonly string[] =>
  message.embeds.map(({ footer }) => /alt_[0-9a-z]+/.exec(footer?.text ?? "")?.[0] ?? "none");

/** What a channel shows when all is delivered. */
export interface Delivered {
  /** Alerts, those that stand twice counted twice. */
  readonly shownCount: number;
  readonly messageCount: number;
  /** Alerts that stand twice or more. */
  readonly doubledCount: number;
}

/**
 * Waits until the channel `alerts` shows every alert of `posted` and nothing else, and makes sure that an alert stands twice
 * only where an answer was lost, and the relay has counted it.
 */
export async function expectAllDelivered(
  dev: DevDescription,
  posted: readonly Posted[],
  timeoutMs = 60_000,
): Promise<Delivered> {
  const messages = await waitFor(
    async () => {
      const shown = await allMessages(dev, dev.discord.channels.alerts.id);
      const ids = new Set(shown.flatMap(alertIdsOf));
      return posted.every(({ id }) => ids.has(id)) && shown;
    },
    { timeoutMs, intervalMs: 50 },
  );
  const shownIds = messages.flatMap(alertIdsOf);
  expect(new Set(shownIds)).toEqual(new Set(posted.map(({ id }) => id)));
  const doubled = [...Map.groupBy(shownIds, (id) => id)].filter(([, shown]) => shown.length > 1);
  for (const [id, shown] of doubled) {
    const counted = await waitFor(() => possibleDuplicateCount(dev, id), { timeoutMs: 10_000 });
    expect(shown.length - 1).toBeLessThanOrEqual(counted);
  }
  return { shownCount: shownIds.length, messageCount: messages.length, doubledCount: doubled.length };
}
