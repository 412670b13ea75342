import type { JsonObject } from "../json.ts";
import type { Interaction } from "../state/interactions.ts";
import type { Bot, Channel, StoredMessage, User } from "../state/objects.ts";

/** What somebody does to an application. It is checked already. */
export interface InteractionDraft {
  readonly type: Interaction["type"];
  readonly bot: Bot;
  readonly channel: Channel;
  readonly user: User;
  readonly data: JsonObject;
  /** Through which installation it comes (docs: interactions/receiving-and-responding, "Authorizing Integration Owners Object"). */
  readonly owners: Readonly<Record<string, string>>;
  /** The message of the component, or of the component that opened the modal. */
  readonly message?: StoredMessage;
  /** The interaction that was answered with the modal. */
  readonly opener?: Interaction;
  /** A command's full name, with group and subcommand. */
  readonly commandName?: string;
  /** Stores what came along, within the same transaction. */
  readonly store?: (interactionId: string) => void;
}
