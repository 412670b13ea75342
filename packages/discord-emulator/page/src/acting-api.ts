import type { Choice, Command, GivenOption, InteractionView } from "./interaction-wire.ts";
import type { SentFile } from "./sent-file.ts";

/** An application has three seconds to answer; what the emulator itself needs comes on top. */
const TIMEOUT_MS = 10_000;

/** What the emulator finds wrong: the place in the request and what should stand there. */
export interface Issue {
  readonly where: string;
  readonly expected: string;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly text: string; readonly issues: readonly Issue[] };

export interface CommandCall {
  readonly channel_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly application_id: string;
  readonly type?: number;
  readonly options?: readonly GivenOption[];
  readonly target_id?: string;
}

/** The text of a field, or the values or files chosen in one. */
export type ModalFields = Readonly<Record<string, string | readonly (string | SentFile)[]>>;

/**
 * What a user does, as the control API takes it. Interactions answer when the application has answered or its three seconds are over.
 * Nothing rejects: what the emulator refuses, and its silence, are outcomes.
 */
export interface ActingApi {
  click(body: {
    channel_id: string;
    message_id: string;
    user_id: string;
    custom_id: string;
    values?: readonly string[];
  }): Promise<Outcome<InteractionView>>;
  run(body: CommandCall): Promise<Outcome<InteractionView>>;
  submit(body: { interaction_id: string; user_id: string; fields: ModalFields }): Promise<Outcome<InteractionView>>;
  complete(body: CommandCall): Promise<Outcome<readonly Choice[]>>;
  commands(place: { channel_id: string; user_id: string }): Promise<Outcome<readonly Command[]>>;
  react(body: {
    channel_id: string;
    message_id: string;
    user_id: string;
    emoji: string;
    op: "add" | "remove";
  }): Promise<Outcome<null>>;
  write(body: { channel_id: string; user_id: string; content: string }): Promise<Outcome<unknown>>;
}

export function createActingApi(baseUrl: URL): ActingApi {
  async function call<T>(method: string, path: string, body?: object): Promise<Outcome<T>> {
    try {
      const response = await fetch(new URL(`_control/${path}`, baseUrl), {
        method,
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return { ok: true, value: (text === "" ? null : JSON.parse(text)) as T };
      return { ok: false, ...readRefusal(text, response.status) };
    } catch {
      return { ok: false, text: "The emulator did not answer.", issues: [] };
    }
  }
  const post = <T>(path: string, body: object) => call<T>("POST", path, body);

  return {
    click: (body) => post("clicks?wait=true", body),
    run: (body) => post("commands?wait=true", body),
    submit: (body) => post("modals?wait=true", body),
    async complete(body) {
      const outcome = await post<{ choices: readonly Choice[]; status: string }>("autocompletes", body);
      if (!outcome.ok) return outcome;
      const { choices, status } = outcome.value;
      return status === "failed"
        ? { ok: false, text: "The application did not answer.", issues: [] }
        : { ok: true, value: choices };
    },
    commands: (place) => call("GET", `commands?${new URLSearchParams(place)}`),
    react: (body) => post("reactions", body),
    write: (body) => post("messages", body),
  };
}

/** The control API's error, or only the status where something else answered. */
function readRefusal(text: string, status: number): { text: string; issues: readonly Issue[] } {
  try {
    const { error } = JSON.parse(text) as { error: { message: string; details?: readonly Issue[] } };
    return { text: error.message, issues: error.details ?? [] };
  } catch {
    return { text: `The emulator answered ${status}.`, issues: [] };
  }
}
