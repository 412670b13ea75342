import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answering, button, createScene, row, type Scene } from "./page-scene.ts";
import { canBrowse, launchBrowser, SOON_MS } from "./page-support.ts";

const timeout = SOON_MS;
const STRING = 3;
const AUTOCOMPLETE = 4;
const MODAL_SUBMIT = 5;

const ack = {
  name: "alert",
  description: "Alerts",
  options: [
    {
      type: 1,
      name: "ack",
      description: "Acknowledges an alert",
      options: [
        { type: STRING, name: "alert", description: "Which one", required: true, autocomplete: true },
        { type: STRING, name: "reason", description: "Why", choices: [{ name: "Known", value: "known" }] },
        { type: 6, name: "owner", description: "Who cares" },
        { type: 4, name: "minutes", description: "For how long", min_value: 1, max_value: 60 },
        { type: 5, name: "quiet", description: "Tell nobody" },
      ],
    },
    { type: 1, name: "list", description: "Lists open alerts" },
  ],
};
const open = ["checkout errors", "disk full on db1"];
const silence = {
  custom_id: "silence",
  title: "Silence this alert",
  components: [
    { type: 10, content: "It will **not** ring." },
    {
      type: 18,
      label: "Reason",
      description: "Everybody sees it",
      component: { type: 4, custom_id: "reason", style: 2, min_length: 5 },
    },
    {
      type: 18,
      label: "Ticket",
      component: { type: 4, custom_id: "ticket", style: 1, required: false, value: "OPS-1" },
    },
    {
      type: 18,
      label: "Teams",
      component: {
        type: 3,
        custom_id: "teams",
        min_values: 1,
        max_values: 2,
        options: ["Payments", "Platform", "Security"].map((label) => ({ label, value: label.toLowerCase() })),
      },
    },
  ],
};

/** Suggests alerts that contain what is typed; everything else is told back. */
const answering: Answering = ({ type, data }) => {
  if (type === AUTOCOMPLETE) {
    const typed = data.options[0].options.find((option: { focused?: boolean }) => option.focused).value;
    const choices = open.filter((name) => name.includes(typed)).map((name) => ({ name, value: `id of ${name}` }));
    return { type: 8, data: { choices } };
  }
  if (type === MODAL_SUBMIT) return { type: 4, data: { content: "silenced", flags: 64 } };
  if (data.custom_id === "silence") return { type: 9, data: silence };
  return { type: 4, data: { content: `ran ${data.name}` } };
};

describe.runIf(canBrowse)("commands on the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => browser?.close());

  const register = ({ emulator, bot }: Scene, command: object) =>
    bot("POST", `/applications/${emulator.description.application_id}/commands`, command);

  it("are offered on a slash, filled in with suggestions, and run, with the keyboard alone", async () => {
    await using scene = await createScene(browser, answering);
    const { page, composer } = scene;
    await register(scene, ack);
    await scene.open();
    await composer.focus();
    await page.keyboard.type("/al");
    await page.getByRole("option", { name: "/alert list" }).waitFor({ timeout });
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("option", { name: "/alert list" }).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    const form = page.getByRole("form", { name: "/alert ack" });
    await form.waitFor({ timeout });
    await page.keyboard.type("disk");
    await form.getByRole("option", { name: "disk full on db1" }).waitFor({ timeout });
    await expect.poll(() => form.locator(".listbox [role=option]").count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await form.getByRole("combobox", { name: "alert" }).inputValue()).toBe("disk full on db1");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Known");
    await form.getByLabel("owner").selectOption({ label: "@Bob" });
    await form.getByLabel("minutes").focus();
    await page.keyboard.type("15");
    await page.keyboard.press("Enter");
    await page.getByText("ran alert").waitFor({ timeout });
    const { data } = scene.received.findLast(({ type }) => type === 2);
    expect(data.options).toEqual([
      {
        type: 1,
        name: "ack",
        options: [
          { type: STRING, name: "alert", value: "id of disk full on db1" },
          { type: STRING, name: "reason", value: "known" },
          { type: 6, name: "owner", value: scene.emulator.description.users.bob.id },
          { type: 4, name: "minutes", value: 15 },
        ],
      },
    ]);
    await composer.waitFor({ timeout });
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
    await page.getByText("Alice used /alert ack").waitFor({ timeout });
    expect(scene.complaints).toEqual([]);
  });

  it("say when suggestions fail, and which option is missing", async () => {
    await using scene = await createScene(browser);
    const { page, composer } = scene;
    await register(scene, ack);
    await page.route("**/_control/autocompletes", (route) =>
      route.fulfill({ json: { choices: [], status: "failed" } }),
    );
    await scene.open();
    await composer.fill("/alert ack");
    await page.getByRole("option", { name: "/alert ack" }).click();
    await page.getByText("Loading options failed: The application did not answer.").waitFor({ timeout });
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Run" }).click();
    expect(await page.evaluate("document.activeElement.validity.valueMissing")).toBe(true);
    expect(scene.received.filter(({ type }) => type === 2)).toEqual([]);
    // The first closes the list, the second the form.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await composer.waitFor({ timeout });
    expect(await composer.inputValue()).toBe("/alert ack");
  });

  it("show why one was refused, and keep what was filled in", async () => {
    await using scene = await createScene(browser, answering);
    const { page, composer } = scene;
    const { id } = await register(scene, { name: "status", description: "How it stands" });
    await scene.open();
    await composer.fill("/status");
    await page.getByRole("option", { name: "/status" }).click();
    await scene.bot("DELETE", `/applications/${scene.emulator.description.application_id}/commands/${id}`);
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("alert").filter({ hasText: "command" }).waitFor({ timeout });
    await page.getByRole("form", { name: "/status" }).waitFor();
  });

  it("of messages and users are in the menu of a message", async () => {
    await using scene = await createScene(browser, answering);
    const { page } = scene;
    await register(scene, { name: "Make an incident", type: 3 });
    await register(scene, { name: "Who is this", type: 2 });
    await scene.open();
    const { id, author } = await scene.post({ content: "disk full" });
    await scene.shown(id).hover();
    await scene.shown(id).getByRole("button", { name: "Commands for this message" }).click();
    const menu = page.getByRole("dialog", { name: "Commands" });
    await menu.getByRole("button", { name: "Make an incident" }).click();
    await page.getByText("ran Make an incident").waitFor({ timeout });
    expect(scene.received[0].data).toMatchObject({ type: 3, target_id: id });
    await scene.shown(id).hover();
    await scene.shown(id).getByRole("button", { name: "Commands for this message" }).click();
    await menu.getByRole("button", { name: "Who is this" }).click();
    await page.getByText("ran Who is this").waitFor({ timeout });
    expect(scene.received[1].data).toMatchObject({ type: 2, target_id: author.id });
  });

  it("open modals, which are checked, sent and answered", async () => {
    await using scene = await createScene(browser, answering);
    const { page } = scene;
    await scene.open();
    const { id } = await scene.post({ content: "disk full", components: [row(button("Silence"))] });
    await scene.shown(id).getByRole("button", { name: "Silence" }).click();
    const modal = page.getByRole("dialog", { name: "Silence this alert" });
    await modal.waitFor({ timeout });
    expect(await page.evaluate("document.activeElement.name")).toBe("reason");
    expect(await modal.getByLabel("Ticket").inputValue()).toBe("OPS-1");
    await page.keyboard.type("why");
    await modal.getByRole("button", { name: "Submit" }).click();
    expect(await page.evaluate("document.activeElement.validity.tooShort")).toBe(true);
    await page.keyboard.type(", planned work");
    await modal.getByRole("button", { name: "Submit" }).click();
    await modal.getByText("Choose 1 to 2.").waitFor({ timeout });
    await modal.getByRole("checkbox", { name: "Platform" }).check();
    await modal.getByRole("button", { name: "Submit" }).click();
    await page.getByText("silenced").waitFor({ timeout });
    await modal.waitFor({ state: "hidden", timeout });
    const submitted = scene.received.find(({ type }) => type === MODAL_SUBMIT).data.components;
    expect(submitted.map(({ component }: { component?: object }) => component)).toMatchObject([
      undefined as unknown as object,
      { custom_id: "reason", value: "why, planned work" },
      { custom_id: "ticket", value: "OPS-1" },
      { custom_id: "teams", values: ["platform"] },
    ]);
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Silence");
    expect(scene.complaints).toEqual([]);
  });

  it("take files and ticks, in options and in modals", async () => {
    const evidence = {
      custom_id: "evidence",
      title: "Evidence",
      components: [
        { type: 18, label: "Log", component: { type: 19, custom_id: "log" } },
        { type: 18, label: "Tell everybody", component: { type: 23, custom_id: "loud" } },
        {
          type: 18,
          label: "Severity",
          component: {
            type: 21,
            custom_id: "severity",
            options: ["Low", "High"].map((label) => ({ label, value: label })),
          },
        },
      ],
    };
    await using scene = await createScene(browser, ({ type }) =>
      type === MODAL_SUBMIT ? { type: 4, data: { content: "noted" } } : { type: 9, data: evidence },
    );
    const { page, composer } = scene;
    await register(scene, {
      name: "attach",
      description: "Attaches a log",
      options: [{ type: 11, name: "log", description: "The log", required: true }],
    });
    const log = { name: "log.txt", mimeType: "text/plain", buffer: Buffer.from("disk full") };
    await scene.open();
    await composer.fill("/attach");
    await page.getByRole("option", { name: "/attach" }).click();
    await page.getByLabel("log").setInputFiles(log);
    await page.getByRole("button", { name: "Run" }).click();
    const modal = page.getByRole("dialog", { name: "Evidence" });
    await modal.getByLabel("Log").setInputFiles(log);
    await modal.getByRole("checkbox", { name: "Tell everybody" }).check();
    await modal.getByRole("radio", { name: "High" }).check();
    await modal.getByRole("button", { name: "Submit" }).click();
    await page.getByText("noted").waitFor({ timeout });
    const [run, submitted] = scene.received;
    expect(Object.values(run.data.resolved.attachments)).toMatchObject([{ filename: "log.txt", size: 9 }]);
    expect(Object.values(submitted.data.resolved.attachments)).toMatchObject([{ filename: "log.txt", size: 9 }]);
    const answers = submitted.data.components.map(({ component }: { component: object }) => component);
    expect(answers).toMatchObject([{}, { custom_id: "loud", value: true }, { custom_id: "severity", value: "High" }]);
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
  });

  it("draw hostile text as text, wherever an application puts it", async () => {
    const attack = "<img src=x onerror=document.title='owned'>";
    const fields = [
      { type: 10, content: attack },
      {
        type: 18,
        label: attack,
        description: attack,
        component: { type: 4, custom_id: attack, style: 1, value: attack },
      },
    ];
    await using scene = await createScene(browser, ({ type }) =>
      type === MODAL_SUBMIT
        ? { type: 4, data: { content: attack } }
        : { type: 9, data: { custom_id: attack, title: attack.slice(0, 45), components: fields } },
    );
    const { page, composer } = scene;
    await register(scene, {
      name: "status",
      description: attack,
      options: [{ type: STRING, name: "of", description: attack }],
    });
    await scene.open();
    const options = [{ label: attack, value: attack, description: attack }];
    const { id } = await scene.post({
      content: attack,
      components: [row(button(attack)), row({ type: 3, custom_id: "s", placeholder: attack, options })],
    });
    await scene.shown(id).locator(".component-select").click();
    await page.locator(".select-popup").getByText(attack).first().waitFor({ timeout });
    await page.keyboard.press("Escape");
    await composer.fill("/status");
    await page.getByRole("option", { name: "/status" }).click();
    await page.getByRole("form").getByText(attack).first().waitFor({ timeout });
    await page.getByRole("button", { name: "Run" }).click();
    const modal = page.locator("dialog.modal");
    expect(await modal.getByRole("textbox").inputValue()).toBe(attack);
    await modal.getByRole("button", { name: "Submit" }).click();
    await expect.poll(() => page.getByRole("article").filter({ hasText: attack }).count()).toBe(2);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.title()).toContain("#alerts");
    expect(scene.complaints).toEqual([]);
  });

  it("leave a modal open when nobody takes it, and forget it on Escape", async () => {
    await using scene = await createScene(browser, (interaction) =>
      interaction.type === MODAL_SUBMIT ? null : answering(interaction),
    );
    const { page } = scene;
    await page.route("**/_control/modals?*", async (route) => {
      const { user_id } = route.request().postDataJSON();
      await route.fulfill({ status: 201, json: { id: "1", user_id, status: "failed", response: null } });
    });
    await scene.open();
    const { id } = await scene.post({ content: "disk full", components: [row(button("Silence"))] });
    const press = scene.shown(id).getByRole("button", { name: "Silence" });
    await press.click();
    const modal = page.getByRole("dialog", { name: "Silence this alert" });
    await modal.getByLabel("Reason").fill("planned work");
    await modal.getByRole("checkbox", { name: "Security" }).check();
    await modal.getByRole("button", { name: "Submit" }).click();
    await modal.getByText("This interaction failed").waitFor({ timeout });
    expect(await modal.getByLabel("Reason").inputValue()).toBe("planned work");
    await page.keyboard.press("Escape");
    await modal.waitFor({ state: "hidden", timeout });
    await press.click();
    await modal.waitFor({ timeout });
    expect(await modal.getByLabel("Reason").inputValue()).toBe("");
  });

  it("work in a thread and in a forum's post, whose tags and archiving are shown", async () => {
    await using scene = await createScene(browser, answering, { width: 380, height: 760 });
    const { page, composer, emulator } = scene;
    await register(scene, { name: "status", description: "How it stands" });
    const { forum } = emulator.description.channels;
    const { available_tags } = await scene.bot("PATCH", `/channels/${forum.id}`, {
      available_tags: [{ name: "urgent" }],
    });
    await scene.open("forum");
    const message = { content: "It began at noon." };
    const post = await scene.bot("POST", `/channels/${forum.id}/threads`, {
      name: "Backup failed",
      message,
      applied_tags: [available_tags[0].id],
    });
    const link = page.locator("a.post", { hasText: "Backup failed" });
    await link.getByText("urgent").waitFor({ timeout });
    await link.click();
    await page.getByText("It began at noon.").waitFor({ timeout });
    await composer.fill("/status");
    await page.getByRole("option", { name: "/status" }).click();
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("ran status").waitFor({ timeout });
    await composer.fill("Looking at it.");
    await composer.press("Enter");
    await page.getByRole("article", { name: /^Alice/ }).waitFor({ timeout });
    await scene.bot("PATCH", `/channels/${post.id}`, { archived: true });
    await page.locator(".head").getByText("archived").waitFor({ timeout });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
  });
});
