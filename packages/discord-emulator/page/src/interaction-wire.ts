import type { Component } from "./component-wire.ts";
import type { SentFile } from "./sent-file.ts";

/** A modal as an application answers with it. */
export interface Modal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly Component[];
}

/** What became of something that a user did, as the control API tells it. */
export interface InteractionView {
  readonly id: string;
  readonly channel_id: string;
  readonly user_id: string;
  readonly status: "pending" | "answered" | "failed";
  readonly response: null | {
    /** Discord's callback type: 4 a message, 9 a modal … */
    readonly type: number;
    readonly message_id?: string;
    readonly ephemeral?: boolean;
    readonly modal?: Modal;
  };
}

/** A choice that a command or an autocompletion offers. */
export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

/** An option of a command (docs: interactions/application-commands, "Application Command Option Structure"). */
export interface CommandOption {
  readonly type: number;
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly choices?: readonly Choice[];
  readonly options?: readonly CommandOption[];
  readonly channel_types?: readonly number[];
  readonly min_value?: number;
  readonly max_value?: number;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly autocomplete?: boolean;
}

/** A command that the acting user may run. */
export interface Command {
  readonly id: string;
  readonly application_id: string;
  /** 1 chat input, 2 user, 3 message. */
  readonly type: number;
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly CommandOption[];
  readonly application?: { readonly id: string; readonly name: string };
}

/** An option with its value, as it is sent. Groups and subcommands have `options` in its place. */
export interface GivenOption {
  readonly name: string;
  readonly value?: string | number | boolean | SentFile;
  readonly options?: readonly GivenOption[];
  readonly focused?: boolean;
}
