import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "./actions/world.ts";

/** A channel and a webhook that posts into it. */
export interface DescribedChannel {
  readonly id: string;
  /** Contains the webhook's token: a secret. */
  readonly webhook_url: string;
}

/** All that a program needs to use an emulator: addresses, credentials and ids. Contains secrets. */
export interface EmulatorDescription {
  /** Base of Discord's REST API, without a version: clients append `/v10`. */
  readonly api_url: string;
  readonly control_url: string;
  readonly page_url: string;
  readonly bot_token: string;
  readonly application_id: string;
  /** Ed25519 key of the application, 32 bytes in hex. */
  readonly public_key: string;
  readonly guild_id: string;
  readonly channels: {
    readonly alerts: DescribedChannel;
    readonly critical: DescribedChannel;
    readonly forum: DescribedChannel;
  };
  readonly users: {
    readonly alice: { readonly id: string };
    readonly bob: { readonly id: string };
    readonly mallory: { readonly id: string };
  };
  /** In the form that reaction routes take: `name:id`. */
  readonly emojis: { readonly thumbsup: string };
}

/** Describes the emulator as it can be reached now. */
export function describeEmulator({ identity, state, baseUrl }: World): EmulatorDescription {
  const url = baseUrl();
  const describeChannel = (name: "alerts" | "critical" | "forum"): DescribedChannel => {
    const webhookId = identity.webhookIds[name];
    const token = state.webhooks.get(webhookId)?.token ?? "deleted";
    return { id: identity.channelIds[name], webhook_url: `${url}/api/webhooks/${webhookId}/${token}` };
  };
  return {
    api_url: `${url}/api`,
    control_url: `${url}/_control`,
    page_url: `${url}/`,
    bot_token: state.bots.get(identity.botUserId)?.token ?? identity.botToken,
    application_id: identity.applicationId,
    public_key: identity.publicKey,
    guild_id: identity.guildId,
    channels: {
      alerts: describeChannel("alerts"),
      critical: describeChannel("critical"),
      forum: describeChannel("forum"),
    },
    users: {
      alice: { id: identity.userIds.alice },
      bob: { id: identity.userIds.bob },
      mallory: { id: identity.userIds.mallory },
    },
    emojis: { thumbsup: `thumbsup:${identity.thumbsupId}` },
  };
}

/**
 * Writes the description of `emulator` to `emulator.json` in `directory` (created when missing), readable by its owner
 * only. The file appears whole: it is written under another name and renamed. Resolves to its path.
 */
export async function writeDescription(
  emulator: { readonly description: EmulatorDescription },
  directory: string,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = descriptionPath(directory);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(emulator.description, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return path;
}

/** Removes the description from `directory`; resolves also when there is none. */
export async function removeDescription(directory: string): Promise<void> {
  await rm(descriptionPath(directory), { force: true });
}

function descriptionPath(directory: string): string {
  return join(directory, "emulator.json");
}
