import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { canBrowse, launchBrowser, SOON_MS, watchPage } from "./page-support.ts";

/** A live page shows a new message within this time; one test holds it to that. */
const LIVE_MS = 1_000;
/** The browser waits about three seconds before it opens a lost event stream again. */
const RECONNECT_MS = 10_000;

describe.runIf(canBrowse)("the page", () => {
  let browser: Browser;
  let emulator: DiscordEmulator;
  let page: Page;
  let requestedUrls: readonly string[];
  let complaints: readonly string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => browser?.close());

  beforeEach(async () => {
    emulator = await startDiscordEmulator({ limits: "off" });
    ({ page, requestedUrls, complaints } = await watchPage(browser));
  });
  afterEach(async () => {
    await page.close();
    await emulator.close();
  });

  type Channel = "alerts" | "critical" | "forum";

  async function open(channel: Channel = "alerts"): Promise<void> {
    await page.goto(`${emulator.url}/#/channels/${emulator.description.channels[channel].id}`);
    await page.getByRole("status").getByText("Live").waitFor();
    await page.locator(channel === "forum" ? ".forum" : "[role=log][aria-busy=false]").waitFor();
  }

  async function call(method: string, url: string, body?: object, headers: Record<string, string> = {}) {
    const response = await fetch(url, {
      method,
      headers: body ? { "content-type": "application/json", ...headers } : headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? null : ((await response.json()) as { id: string; channel_id: string });
  }

  async function post(body: object, channel: Channel = "alerts"): Promise<{ id: string; channel_id: string }> {
    const message = await call("POST", `${emulator.description.channels[channel].webhook_url}?wait=true`, body);
    if (message === null) throw new Error("the webhook did not answer with the message");
    return message;
  }

  /** Expressions are text: the types of this project know no browser. */
  const evaluate = (expression: string): Promise<unknown> => page.evaluate(expression);
  const messageUrl = (id: string) => `${emulator.description.channels.alerts.webhook_url}/messages/${id}`;
  const shown = (id: string) => page.locator(`[data-message-id="${id}"]`);
  const botHeaders = () => ({ authorization: `Bot ${emulator.description.bot_token}` });

  it("shows a webhook's embed at once, with title, fields, footer and colour", async () => {
    await open();
    const { id } = await post({
      username: "monitor",
      embeds: [
        {
          title: "Checkout error rate elevated",
          description: "More **errors** than `usual`.",
          color: 0xed4245,
          fields: [
            { name: "Service", value: "checkout", inline: true },
            { name: "Region", value: "eu-west", inline: true },
            { name: "Hint", value: "restart the worker" },
          ],
          footer: { text: "rule 7" },
        },
      ],
    });
    const message = shown(id);
    await message.waitFor({ timeout: LIVE_MS });
    const embed = message.locator("discord-embed");
    expect(await embed.locator(".embed-title").textContent()).toBe("Checkout error rate elevated");
    expect(await embed.locator("discord-embed-description").innerText()).toBe("More errors than usual.");
    expect(await embed.locator("strong").textContent()).toBe("errors");
    expect(await embed.locator("discord-embed-field").allInnerTexts()).toEqual([
      "Service\ncheckout",
      "Region\neu-west",
      "Hint\nrestart the worker",
    ]);
    expect(await embed.locator("discord-embed-footer").innerText()).toBe("rule 7");
    const colourBar = "document.querySelector('discord-embed').shadowRoot.querySelector('.discord-left-border')";
    expect(await evaluate(`getComputedStyle(${colourBar}).backgroundColor`)).toBe("rgb(237, 66, 69)");
    expect(await message.locator(".discord-author-username").textContent()).toBe("monitor");
    expect(await message.locator("discord-verified-author-tag").isVisible()).toBe(true);
    const [service, region, hint] = await Promise.all(
      [0, 1, 2].map((index) => embed.locator("discord-embed-field").nth(index).boundingBox()),
    );
    expect(service?.y).toBe(region?.y);
    expect(hint?.y).toBeGreaterThan(service?.y ?? Number.NaN);
  });

  it("follows edits and deletions", async () => {
    await open();
    const { id } = await post({ content: "first text" });
    await shown(id).getByText("first text").waitFor({ timeout: SOON_MS });
    expect(await shown(id).getByText("(edited)").count()).toBe(0);
    await call("PATCH", messageUrl(id), { content: "second text" });
    await shown(id).getByText("second text").waitFor({ timeout: SOON_MS });
    await shown(id).getByText("(edited)").waitFor({ timeout: SOON_MS });
    await call("DELETE", messageUrl(id));
    await shown(id).waitFor({ state: "detached", timeout: SOON_MS });
  });

  it("draws hostile text as text, and dangerous addresses as no link", async () => {
    await open();
    const attack = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const { id } = await post({
      content: `${attack} [click](javascript:document.title='owned')`,
      username: "<b>name</b>",
      embeds: [
        {
          title: attack,
          description: `${attack} [safe](https://example.com/path)`,
          fields: [{ name: attack, value: `\`\`\`html\n${attack}\n\`\`\`` }],
          footer: { text: attack },
        },
      ],
    });
    const message = shown(id);
    await message.waitFor({ timeout: SOON_MS });
    expect(await message.locator("img[src=x], script").count()).toBe(0);
    expect(await message.getByText(attack).count()).toBe(6);
    expect(await evaluate("Array.from(document.querySelectorAll('[data-message-id] a'), (link) => link.href)")).toEqual(
      ["https://example.com/path"],
    );
    expect(await page.title()).toContain("#alerts");
    expect(complaints).toEqual([]);
  });

  it("asks nobody but the emulator, whatever a message links to", async () => {
    await open();
    const { id } = await post({
      content: "<:party:123456789012345678> https://example.com/page",
      avatar_url: "https://example.com/avatar.png",
      embeds: [
        {
          title: "<:party:123456789012345678> graph",
          image: { url: "https://example.com/graph.png" },
          thumbnail: { url: "https://example.com/small.png" },
          author: { name: "author", icon_url: "https://example.com/icon.png" },
          footer: { text: "footer", icon_url: "https://example.com/icon.png" },
        },
      ],
    });
    await shown(id).getByText("example.com/graph.png").waitFor({ timeout: SOON_MS });
    await page.waitForLoadState("networkidle");
    const foreign = requestedUrls.filter((url) => !url.startsWith(`${emulator.url}/`) && !url.startsWith("data:"));
    expect(foreign).toEqual([]);
    expect(requestedUrls.length).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
  });

  it("lists a new forum post under its forum and opens it", async () => {
    await open("forum");
    await page.getByText("No posts yet.").waitFor();
    const first = await post({ content: "It began at noon.", thread_name: "Backup failed" }, "forum");
    await page.locator("a.post", { hasText: "Backup failed" }).waitFor({ timeout: SOON_MS });
    const link = page.getByRole("navigation").getByRole("link", { name: "Backup failed" });
    await link.click();
    await shown(first.id).getByText("It began at noon.").waitFor({ timeout: SOON_MS });
    expect(new URL(page.url()).hash).toBe(`#/channels/${first.channel_id}`);
    expect(await link.getAttribute("aria-current")).toBe("page");
  });

  it("begins a thread with the message that it was started from, and counts only what is written in it", async () => {
    const { id: channelId } = emulator.description.channels.critical;
    const messages = `${emulator.description.api_url}/v10/channels/${channelId}/messages`;
    await open("critical");
    const first = await call("POST", messages, { content: "It began at noon." }, botHeaders());
    const id = first?.id ?? "";
    await call("POST", `${messages}/${id}/threads`, { name: "Backup failed" }, botHeaders());
    await call("POST", messages.replace(channelId, id), { content: "It is over." }, botHeaders());
    const link = shown(id).getByRole("link", { name: "Backup failed" });
    await link.getByText("1 message").waitFor({ timeout: SOON_MS });
    await link.click();
    await page.getByText("It is over.").waitFor({ timeout: SOON_MS });
    await shown(id).getByText("It began at noon.").waitFor();
    expect(await shown(id).getByRole("link").count()).toBe(0);
    await call("PATCH", `${messages}/${id}`, { content: "It began at one." }, botHeaders());
    await shown(id).getByText("It began at one.").waitFor({ timeout: SOON_MS });
  });

  it("counts what arrives in other channels, on the link and in the title", async () => {
    await open("alerts");
    await post({ content: "one" }, "critical");
    await post({ content: "two" }, "critical");
    const link = page.getByRole("navigation").getByRole("link", { name: "critical" });
    await link.getByText("2", { exact: true }).waitFor({ timeout: SOON_MS });
    expect(await page.title()).toBe("(2) #alerts · Discord emulator");
    await link.click();
    await page.getByText("two").waitFor();
    expect(await link.locator(".badge").count()).toBe(0);
    expect(await page.title()).toBe("#critical · Discord emulator");
  });

  it("shows disabled buttons that cannot be pressed, links that can be followed, and reactions as they come and go", async () => {
    await open("critical");
    const messages = `${emulator.description.api_url}/v10/channels/${emulator.description.channels.critical.id}/messages`;
    const buttons = [
      { type: 2, style: 3, label: "Approve", custom_id: "approve", disabled: true },
      { type: 2, style: 5, label: "Dashboard", url: "https://example.com/dashboard" },
    ];
    const message = await call(
      "POST",
      messages,
      { content: "Approve?", components: [{ type: 1, components: buttons }] },
      botHeaders(),
    );
    const button = shown(message?.id ?? "").getByRole("button", { name: "Approve" });
    await button.waitFor({ timeout: SOON_MS });
    expect(await button.isDisabled()).toBe(true);
    const link = page.getByRole("link", { name: "Dashboard" });
    expect(await link.getAttribute("href")).toBe("https://example.com/dashboard");
    expect(await link.getAttribute("rel")).toContain("noopener");

    const mine = `${messages}/${message?.id}/reactions/${encodeURIComponent("👍")}/@me`;
    await call("PUT", mine, undefined, botHeaders());
    const reaction = page.getByRole("button", { name: "👍, 1 reaction", pressed: false });
    await reaction.waitFor({ timeout: SOON_MS });
    await call("DELETE", mine, undefined, botHeaders());
    await reaction.waitFor({ state: "detached", timeout: SOON_MS });
  });

  it("loads older messages in front, and keeps the reader's place when new ones arrive", async () => {
    const count = 60;
    for (let index = 1; index <= count; index += 1) await post({ content: `message number ${index}.` });
    await open();
    await page.getByText(`message number ${count}.`).waitFor();
    expect(await page.locator("discord-message").count()).toBe(50);
    await page.getByRole("button", { name: "Load older messages" }).click();
    await page.getByText("message number 1.", { exact: true }).waitFor();
    expect(await page.locator("discord-message").allInnerTexts()).toHaveLength(count);

    const first = page.getByText("message number 1.", { exact: true });
    await first.scrollIntoViewIfNeeded();
    const before = await first.boundingBox();
    await post({ content: "the newest" });
    const pill = page.getByRole("button", { name: "1 new message" });
    await pill.waitFor({ timeout: SOON_MS });
    expect((await first.boundingBox())?.y).toBeCloseTo(before?.y ?? Number.NaN, 0);
    await pill.click();
    await page.getByText("the newest").and(page.locator(":visible")).waitFor();
    await pill.waitFor({ state: "detached", timeout: SOON_MS });
    await expect.poll(() => evaluate("document.querySelector('.scroller').scrollTop")).toBe(0);
  });

  it("keeps 500 of 5,000 messages that arrive at once", async () => {
    const channelId = emulator.description.channels.alerts.id;
    const total = 5_000;
    const events = Array.from({ length: total }, (_, index) => {
      const author = { id: "100000000000000001", username: "flood", bot: true };
      const d = {
        id: String(2_000_000_000_000_000_000n + BigInt(index)),
        channel_id: channelId,
        content: `event ${index}`,
        timestamp: new Date().toISOString(),
        author,
      };
      return `data: ${JSON.stringify({ t: "MESSAGE_CREATE", d })}\n\n`;
    });
    await page.route("**/_control/events", (route) =>
      route.fulfill({ contentType: "text/event-stream", body: `retry: 60000\n\n${events.join("")}` }),
    );
    await page.goto(`${emulator.url}/#/channels/${channelId}`);
    await page.getByText(`event ${total - 1}`, { exact: true }).waitFor();
    expect(await page.locator("discord-message").count()).toBe(500);
    expect(await page.getByText(`event ${total - 500}`, { exact: true }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it("can be used with the keyboard alone", async () => {
    await post({ content: "in critical" }, "critical");
    await open("alerts");
    const critical = page.getByRole("navigation").getByRole("link", { name: "critical" });
    const address = await critical.getAttribute("href");
    const isFocused = () => evaluate("document.activeElement.getAttribute('href')").then((href) => href === address);
    for (let press = 0; press < 6 && !(await isFocused()); press += 1) await page.keyboard.press("Tab");
    expect(await isFocused()).toBe(true);
    expect(await evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.keyboard.press("Enter");
    await page.getByText("in critical").waitFor();
    expect(await critical.getAttribute("aria-current")).toBe("page");
    expect(await page.getByRole("log").getAttribute("aria-label")).toBe("Messages in critical");
  });

  it("fits a narrow window, where a select chooses the channel", async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await open("alerts");
    const { id } = await post({
      content: "narrow",
      embeds: [
        {
          description: "word".repeat(100),
          fields: [1, 2, 3].map((n) => ({ name: `field ${n}`, value: "x".repeat(90), inline: true })),
        },
      ],
    });
    await shown(id).waitFor({ timeout: SOON_MS });
    expect(await page.getByRole("navigation").count()).toBe(0);
    expect(await evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(420);
    expect(await evaluate("document.querySelector('.scroller').scrollWidth")).toBe(420);
    await post({ content: "elsewhere" }, "critical");
    const select = page.getByRole("combobox", { name: "Channel" });
    await select.locator("option", { hasText: "critical (1)" }).waitFor({ state: "attached", timeout: SOON_MS });
    await select.selectOption(emulator.description.channels.critical.id);
    await page.getByText("elsewhere").waitFor();
  });

  it("says when the emulator is gone, and shows what it missed when it is back", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "emulator-page-"));
    await emulator.close();
    emulator = await startDiscordEmulator({ limits: "off", dataDir });
    await open();
    await page.getByText("limits: off").waitFor();
    const port = Number(new URL(emulator.url).port);
    await emulator.close();
    await page.getByText("Connection lost").waitFor({ timeout: SOON_MS });
    emulator = await startDiscordEmulator({ limits: "documented", dataDir, port });
    const { id } = await post({ content: "sent while the page was away" });
    await shown(id).waitFor({ timeout: RECONNECT_MS });
    await page.getByText("limits: documented").waitFor();
    await emulator.close();
    await rm(dataDir, { recursive: true });
  });
});
