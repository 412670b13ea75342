import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";
import { createPrune, type Prune } from "./prune-table.ts";

/** Types of interactions (docs: interactions/receiving-and-responding, "Interaction Type"). */
export const INTERACTION_TYPE = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

/** What an application answered first. */
export interface InteractionResponse {
  /** Docs: interactions/receiving-and-responding, "Interaction Callback Type". */
  readonly type: number;
  /** What `@original` means: the message that was made, or the one that the component is on. */
  readonly message_id?: string;
  readonly ephemeral?: boolean;
  readonly modal?: { readonly custom_id: string; readonly title: string; readonly components: readonly JsonObject[] };
  readonly choices?: readonly JsonObject[];
}

/** What somebody did to an application, and what became of it. */
export interface Interaction {
  readonly id: string;
  readonly type: (typeof INTERACTION_TYPE)[keyof typeof INTERACTION_TYPE];
  readonly application_id: string;
  /** Whoever knows it may answer. */
  readonly token: string;
  readonly channel_id: string;
  readonly guild_id?: string;
  readonly user_id: string;
  /** Epoch milliseconds. */
  readonly created_at: number;
  readonly data: JsonObject;
  /** What messages that answer it say about it (docs: resources/message, "Message Interaction Metadata"). */
  readonly metadata: JsonObject;
  /** `interaction` of its first message; only for commands. */
  readonly invocation?: JsonObject;
  /** The message of the component, or of the component that opened the modal. */
  readonly message_id?: string;
  /** The interaction that was answered with the modal. */
  readonly opener_id?: string;
  readonly response?: InteractionResponse;
  /** Nobody answered in time, or what was answered was none. */
  readonly failed?: true;
  readonly followup_count?: number;
}

/** Interactions of the last while. */
export interface Interactions {
  get(id: string): Interaction | undefined;
  /** Stores it; `answerDueAt` (epoch milliseconds) until it is answered or failed. */
  put(interaction: Interaction, answerDueAt?: number): void;
  /** Unanswered ones that were due before `at`, oldest first. Asked at every request: the index must answer it. */
  overdue(at: number): Interaction[];
  /** Those who were submitted by a modal that `openerId` was answered with. */
  submissions(openerId: string): Interaction[];
  readonly prune: Prune;
}

export function createInteractions(database: Database): Interactions {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Interaction;
  return {
    get(id) {
      const row = database.get("SELECT body FROM interactions WHERE id = ?", BigInt(id));
      return row && parse(row);
    },
    put(interaction, answerDueAt) {
      database.run(
        "INSERT OR REPLACE INTO interactions (id, opener_id, created_at, due_at, body) VALUES (?, ?, ?, ?, ?)",
        BigInt(interaction.id),
        interaction.opener_id === undefined ? null : BigInt(interaction.opener_id),
        Math.trunc(interaction.created_at),
        answerDueAt === undefined ? null : Math.trunc(answerDueAt),
        JSON.stringify(interaction),
      );
    },
    overdue: (at) =>
      database.all("SELECT body FROM interactions WHERE due_at < ? ORDER BY due_at, id", Math.trunc(at)).map(parse),
    submissions: (openerId) =>
      database.all("SELECT body FROM interactions WHERE opener_id = ? ORDER BY id", BigInt(openerId)).map(parse),
    prune: createPrune(database, "interactions"),
  };
}
