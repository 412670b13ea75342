import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, createScene, row } from "./page-scene.ts";
import { canBrowse, launchBrowser, SOON_MS } from "./page-support.ts";
import { control } from "./support.ts";

const EPHEMERAL = 1 << 6;
const timeout = SOON_MS;

describe.runIf(canBrowse)("who acts on the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => browser?.close());

  it("is chosen, remembered in the tab, and writes under that name", async () => {
    await using scene = await createScene(browser);
    const { page, composer } = scene;
    await scene.open();
    const picker = page.getByRole("combobox", { name: "Acting as" });
    expect((await picker.locator("option").allInnerTexts()).map((text) => text.trim()).sort()).toEqual([
      "Alice",
      "Bob",
      "Mallory",
      "Owner",
    ]);
    await scene.actAs("Bob");
    await page.reload();
    await page.getByRole("textbox", { name: "Message #alerts as Bob" }).waitFor({ timeout });
    await composer.fill("first line\n**second** line");
    await composer.press("Enter");
    const written = page.getByRole("article", { name: /^Bob/ });
    await written.getByText("first line").waitFor({ timeout });
    expect(await written.locator("strong").textContent()).toBe("second");
    await expect.poll(() => composer.inputValue()).toBe("");
    expect(scene.complaints).toEqual([]);
  });

  it("may be said by the address", async () => {
    await using scene = await createScene(browser);
    const { page, emulator } = scene;
    await page.goto(`${emulator.url}/?as=mallory`);
    await page.getByRole("textbox", { name: "as Mallory" }).waitFor({ timeout });
    await scene.actAs("Bob");
    expect(new URL(page.url()).searchParams.get("as")).toBe(emulator.description.users.bob.id);
  });

  it("shows roles and colours as they are given, and new people as they come", async () => {
    await using scene = await createScene(browser);
    const { page, emulator } = scene;
    await scene.open();
    await scene.actAs("Bob");
    await scene.composer.fill("hello");
    await scene.composer.press("Enter");
    const name = page.getByRole("article", { name: /^Bob/ }).locator(".discord-author-username");
    await name.waitFor({ timeout });
    const role = await control(emulator, "POST", "/roles", { name: "on call", color: 0x2ecc71 });
    await control(emulator, "POST", "/members", { user_id: emulator.description.users.bob.id, role_ids: [role.id] });
    await page.getByText("on call").waitFor({ timeout });
    await expect.poll(() => name.getAttribute("style")).toContain("rgb(46, 204, 113)");
    await control(emulator, "POST", "/members", { name: "carol" });
    await scene.actAs("Carol");
  });

  it("presses a button and sees what the bot makes of the message", async () => {
    await using scene = await createScene(browser, ({ member }) => ({
      type: 7,
      data: {
        content: `acknowledged by ${member.user.username}`,
        components: [row(button("Acknowledge", { disabled: true }))],
      },
    }));
    await scene.open();
    const { id } = await scene.post({ content: "disk full", components: [row(button("Acknowledge"))] });
    const press = scene.shown(id).getByRole("button", { name: "Acknowledge" });
    await press.click();
    await scene.shown(id).getByText("acknowledged by alice").waitFor({ timeout });
    expect(await press.isDisabled()).toBe(true);
    expect(scene.received).toHaveLength(1);
    expect(scene.received[0].data).toMatchObject({ custom_id: "acknowledge", component_type: 2 });
  });

  it("waits for the answer without losing the focus, and is told when there is none", async () => {
    await using scene = await createScene(browser);
    await scene.open();
    const { id } = await scene.post({
      content: "disk full",
      components: [row(button("Acknowledge"), button("Silence"))],
    });
    const press = scene.shown(id).getByRole("button", { name: "Acknowledge" });
    await press.focus();
    await scene.page.keyboard.press("Enter");
    await scene.page.locator("button[aria-busy=true]").waitFor({ timeout });
    expect(await scene.shown(id).getByRole("button", { name: "Silence" }).getAttribute("aria-disabled")).toBe("true");
    await scene.page.keyboard.press("Enter");
    await scene.shown(id).getByText("This interaction failed").waitFor({ timeout });
    expect(await scene.page.evaluate("document.activeElement.textContent.trim()")).toBe("Acknowledge");
    expect(await press.getAttribute("aria-disabled")).toBeNull();
    expect(scene.received).toHaveLength(1);
  });

  it("alone sees ephemeral answers, and can dismiss them for good", async () => {
    await using scene = await createScene(browser, () => ({
      type: 4,
      data: { content: "your own runbook", flags: EPHEMERAL },
    }));
    const { page } = scene;
    await scene.open();
    const { id } = await scene.post({ content: "disk full", components: [row(button("Runbook"))] });
    await scene.shown(id).getByRole("button", { name: "Runbook" }).click();
    const answer = page.getByRole("article").filter({ hasText: "your own runbook" });
    await answer.getByText("Only you can see this").waitFor({ timeout });
    await scene.actAs("Bob");
    await scene.shown(id).waitFor({ timeout });
    expect(await answer.count()).toBe(0);
    await scene.actAs("Alice");
    await answer.waitFor({ timeout });
    await answer.getByRole("button", { name: "Dismiss message" }).click();
    await answer.waitFor({ state: "detached", timeout });
    await scene.actAs("Bob");
    await scene.actAs("Alice");
    expect(await answer.count()).toBe(0);
  });

  it("sees that the bot is thinking until it has its answer", async () => {
    await using scene = await createScene(browser, () => ({ type: 5 }));
    const { page } = scene;
    await scene.open();
    const { id } = await scene.post({ content: "disk full", components: [row(button("Graph"))] });
    await scene.shown(id).getByRole("button", { name: "Graph" }).click();
    await page.getByText("tocsin is thinking…").waitFor({ timeout });
    const [{ token, application_id }] = scene.received as [{ token: string; application_id: string }];
    await scene.bot("PATCH", `/webhooks/${application_id}/${token}/messages/@original`, { content: "no graph" });
    await page.getByText("no graph").waitFor({ timeout });
    expect(await page.getByText("is thinking").count()).toBe(0);
  });

  it("picks one of a select, and several people of another", async () => {
    await using scene = await createScene(browser, () => ({ type: 6 }));
    const { page, emulator } = scene;
    const options = [
      { label: "Payments", value: "p", description: "on call: alice" },
      { label: "Platform", value: "q" },
    ];
    await scene.open();
    const { id } = await scene.post({
      content: "Who?",
      components: [
        row({ type: 3, custom_id: "team", placeholder: "Team", options }),
        row({ type: 5, custom_id: "people", placeholder: "People", min_values: 1, max_values: 2 }),
      ],
    });
    await scene.shown(id).getByRole("button", { name: "Team" }).click();
    await page.getByRole("dialog", { name: "Team" }).getByRole("button", { name: "Platform" }).click();
    await expect.poll(() => scene.received.length).toBe(1);
    expect(scene.received[0].data).toMatchObject({ custom_id: "team", values: ["q"] });
    await scene.shown(id).getByRole("button", { name: "Team: Platform" }).waitFor({ timeout });

    await scene.shown(id).getByRole("button", { name: "People" }).click();
    const people = page.getByRole("dialog", { name: "People" });
    await people.getByRole("checkbox", { name: "@Bob" }).check();
    await people.getByRole("checkbox", { name: "@Alice" }).check();
    expect(await people.getByRole("checkbox", { name: "@Mallory" }).isDisabled()).toBe(true);
    await people.getByRole("button", { name: "Choose 2 of 1 to 2" }).click();
    await expect.poll(() => scene.received.length).toBe(2);
    const { alice, bob } = emulator.description.users;
    expect([...scene.received[1].data.values].sort()).toEqual([alice.id, bob.id].sort());
  });

  it("reacts: joins in, takes it back, and adds other emoji", async () => {
    await using scene = await createScene(browser);
    const { page, emulator } = scene;
    const { channels, users } = emulator.description;
    await scene.open();
    const { id } = await scene.post({ content: "disk full" });
    const react = { channel_id: channels.alerts.id, message_id: id, user_id: users.bob.id, emoji: "👀", op: "add" };
    await control(emulator, "POST", "/reactions", react);
    const eyes = scene.shown(id).getByRole("button", { name: /^👀/ });
    await eyes.click();
    await scene.shown(id).getByRole("button", { name: "👀, 2 reactions", pressed: true }).waitFor({ timeout });
    await scene.actAs("Mallory");
    await scene.shown(id).getByRole("button", { name: "👀, 2 reactions", pressed: false }).waitFor({ timeout });
    await scene.actAs("Alice");
    await scene.shown(id).getByRole("button", { name: "👀, 2 reactions", pressed: true }).click();
    await scene.shown(id).getByRole("button", { name: "👀, 1 reaction", pressed: false }).waitFor({ timeout });

    await scene.shown(id).getByRole("button", { name: "Add another reaction" }).click();
    const picker = page.getByRole("dialog", { name: "Choose an emoji" });
    await picker.getByRole("button", { name: ":thumbsup:" }).click();
    await scene.shown(id).getByRole("button", { name: ":thumbsup:, 1 reaction", pressed: true }).waitFor({ timeout });
    await scene.shown(id).hover();
    await scene.shown(id).getByRole("button", { name: "Add a reaction" }).click();
    await picker.getByRole("textbox", { name: "Another emoji" }).fill("🐌");
    await picker.getByRole("button", { name: "React" }).click();
    await scene.shown(id).getByRole("button", { name: "🐌, 1 reaction", pressed: true }).waitFor({ timeout });
    await scene.shown(id).getByRole("button", { name: "Add another reaction" }).click();
    await picker.getByRole("textbox", { name: "Another emoji" }).fill("snail");
    await page.keyboard.press("Enter");
    await scene.shown(id).getByText("There is no such emoji").waitFor({ timeout });
  });

  it("can do it all with the keyboard", async () => {
    await using scene = await createScene(browser, () => ({ type: 4, data: { content: "well done" } }));
    const { page } = scene;
    const { id } = await scene.post({ content: "disk full", components: [row(button("Acknowledge"))] });
    await scene.open();
    await page.getByRole("log").focus();
    await page.keyboard.press("ArrowUp");
    const isFocused = (selector: string) =>
      page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);
    expect(await isFocused(`[data-message-id="${id}"]`)).toBe(true);
    await page.keyboard.press("Tab");
    expect(await isFocused(".component-button")).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("well done").waitFor({ timeout });
    await page.keyboard.press("Tab");
    expect(await isFocused('.tool[aria-label="Add a reaction"]')).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Choose an emoji" }).waitFor({ timeout });
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Escape");
    expect(await isFocused('.tool[aria-label="Add a reaction"]')).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await scene.shown(id).getByRole("button", { name: "👎, 1 reaction", pressed: true }).waitFor({ timeout });
    expect(await isFocused('.tool[aria-label="Add a reaction"]')).toBe(true);
    expect(scene.complaints).toEqual([]);
  });

  it("fits a window of 380 pixels, and asks nobody else for anything", async () => {
    await using scene = await createScene(browser, () => ({ type: 4, data: { content: "done", flags: EPHEMERAL } }), {
      width: 380,
      height: 760,
    });
    const { page, emulator } = scene;
    await scene.open();
    const buttons = ["Acknowledge", "Silence", "Escalate", "Hand over"].map((label) => button(label));
    const select = { type: 5, custom_id: "people", placeholder: "Ask people", max_values: 5 };
    const { id } = await scene.post({ content: "disk full", components: [row(...buttons), row(select)] });
    await scene.shown(id).getByRole("button", { name: "Hand over" }).click();
    await page.getByText("Only you can see this").waitFor({ timeout });
    await scene.actAs("Bob");
    await scene.shown(id).getByRole("button", { name: "Ask people" }).click();
    const popup = await page.getByRole("dialog", { name: "Ask people" }).boundingBox();
    expect(popup?.x).toBeGreaterThanOrEqual(0);
    expect((popup?.x ?? 0) + (popup?.width ?? 0)).toBeLessThanOrEqual(380);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
    expect(await page.evaluate("document.querySelector('.scroller').scrollWidth")).toBe(380);
    const foreign = scene.requestedUrls.filter(
      (url) => !url.startsWith(`${emulator.url}/`) && !url.startsWith("data:"),
    );
    expect(foreign).toEqual([]);
    expect(scene.complaints).toEqual([]);
  });
});
