import { expect, test } from "vitest";
import { startEmulatorProcess } from "../src/process.ts";
import { postMessage } from "./support.ts";

const PAGE_PATH = /^http:\/\/127\.0\.0\.1:\d+\/$/;

test("runs in a process of its own, which is asked, told the time and killed from outside", async () => {
  const emulator = await startEmulatorProcess({ limits: "strict", seed: 7 });
  const { channels, page_url } = emulator.description;
  expect(page_url).toMatch(PAGE_PATH);
  const first = await postMessage(channels.alerts.webhook_url, { content: "now" });
  await emulator.advance(3_600_000);
  const later = await postMessage(channels.alerts.webhook_url, { content: "an hour later" });
  expect(Date.parse(later.timestamp) - Date.parse(first.timestamp)).toBeGreaterThanOrEqual(3_600_000);
  expect(await emulator.control("/stats")).toMatchObject({ limits: "strict", messages_created: 2 });
  await emulator.setLimits("off");
  expect(await emulator.control("/stats")).toMatchObject({ limits: "off" });
  expect(await emulator.asBot("GET", `/channels/${channels.alerts.id}/messages`)).toMatchObject([
    { content: "an hour later" },
    { content: "now" },
  ]);
  await expect(emulator.asBot("GET", "/channels/1/messages")).rejects.toThrow("GET /api/v10/channels/1/messages: 4");
  await emulator[Symbol.asyncDispose]();
  await expect(fetch(page_url)).rejects.toThrow();
});

test("rejects when the emulator cannot start", async () => {
  await expect(startEmulatorProcess({ host: "203.0.113.1" })).rejects.toThrow("the emulator ended before it answered");
});
