import { startDiscordEmulator } from "@tocsin/discord-emulator";
import { runReadmeExample } from "@tocsin/testkit";
import { expect, test } from "vitest";

test("the README's example accepts an alert, and it arrives", async () => {
  const emulator = await startDiscordEmulator();
  const { alerts } = emulator.description.channels;
  try {
    const { stdout } = await runReadmeExample({
      packageDirectory: `${import.meta.dirname}/..`,
      env: { DISCORD_WEBHOOK_URL: alerts.webhook_url },
    });
    expect(stdout).toBe("created\n");
    const answer = await fetch(`${emulator.description.api_url}/v10/channels/${alerts.id}/messages`, {
      headers: { authorization: `Bot ${emulator.description.bot_token}` },
    });
    expect(await answer.json()).toMatchObject([{ embeds: [{ title: expect.stringContaining("disk almost full") }] }]);
  } finally {
    await emulator.close();
  }
});
