import type { DiscordMessage, DiscordOperation } from "@tocsin/discord-transport";
import { isWorse } from "../../../src/routing/delivery-options.ts";
import type { ModelMessage } from "../discord/model-state.ts";
import { kindOf, pings, sightingsOf } from "../sightings.ts";
import type { Book } from "../walk/book.ts";
import type { SeverityName } from "../walk/steps.ts";

/** How bad people think that alerts are, by what they have seen of them. */
export interface Levels {
  /** Says what is wrong with a message that was just made. */
  made(message: ModelMessage, operation: DiscordOperation): readonly string[];
  edited(body: DiscordMessage): void;
}

interface Seen {
  readonly severity: SeverityName;
  readonly sendId: string | null;
  /** Whether people were notified of it. */
  readonly isTold: boolean;
}

const ESCALATED = "**Escalated to ";

export function createLevels(book: Book): Levels {
  const seen = new Map<string, Seen[]>();

  function note(body: DiscordMessage, sendId: string | null): void {
    for (const { title } of sightingsOf(body)) {
      const severity = book.saidUnder(title)?.severity ?? "info";
      const alertId = book.alertOf(title) ?? title;
      seen.set(alertId, [...(seen.get(alertId) ?? []), { severity, sendId, isTold: sendId !== null }]);
    }
  }

  /** Whether an alert was ever milder after people were told that it is so bad. */
  function isNews(title: string, severity: SeverityName, sendId: string): boolean {
    const known = (seen.get(book.alertOf(title) ?? title) ?? []).filter((each) => each.sendId !== sendId);
    const told = known.findLastIndex((each) => each.isTold && !isWorse(severity, each.severity));
    return told < 0 || known.slice(told).some((each) => isWorse(severity, each.severity));
  }

  return {
    made(message, operation) {
      const problems: string[] = [];
      const { body, sendId } = message;
      const [sighting] = sightingsOf(body);
      const severity = book.saidUnder(sighting?.title ?? "")?.severity ?? "info";
      const isEscalation = sighting !== undefined && isNews(sighting.title, severity, sendId);
      if (body.content?.includes(ESCALATED) && !isEscalation) problems.push("told again of one escalation");
      const isReply = operation.kind === "send" && operation.replyTo !== undefined;
      if (isReply && kindOf(body) === "card" && pings(body) && !isEscalation) problems.push("a ping for no escalation");
      note(body, sendId);
      return problems;
    },
    edited: (body) => note(body, null),
  };
}
