import type { DiscordEmulator } from "../../src/index.ts";
import { control } from "../support.ts";
import type { Contract } from "./contract.ts";

/** What every scenario works with. */
export interface World {
  readonly emulator: DiscordEmulator;
  readonly contract: Contract;
}

/** A scenario: calls that belong together, in the order in which somebody would make them. */
export interface Scenario {
  readonly name: string;
  run(world: World): Promise<void>;
}

/** A message of a person. */
export async function say({ emulator }: World, channelId: string, content: string): Promise<{ readonly id: string }> {
  const { id } = emulator.description.users.alice;
  return control(emulator, "POST", "/messages", { channel_id: channelId, user_id: id, content });
}

/** A multipart body with one file. */
export function withFile(body: object): FormData {
  const form = new FormData();
  form.set("files[0]", new Blob(["log"], { type: "text/plain" }), "a.txt");
  form.set("payload_json", JSON.stringify(body));
  return form;
}
