import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, send } from "./support.ts";

const MIB = 1024 * 1024;
const V2 = 1 << 15;
const IS_SPOILER = 1 << 3;
let emulator: DiscordEmulator;
let path = "";
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  path = `/channels/${emulator.description.channels.alerts.id}/messages`;
});
afterAll(() => emulator.close());

/** A multipart body: `files[n]` named by their place, and what the JSON part says. */
function form(files: readonly (string | [content: string, name: string])[], body: object = { content: "c" }): FormData {
  const data = new FormData();
  for (const [index, file] of files.entries()) {
    const [content, name] = typeof file === "string" ? [file, `${index}.txt`] : file;
    data.set(`files[${index}]`, new Blob([content]), name);
  }
  data.set("payload_json", JSON.stringify(body));
  return data;
}

const post = (body: unknown) => asBot(emulator, "POST", path, body);
const names = (json: { attachments: { filename: string }[] }) => json.attachments.map(({ filename }) => filename);

describe("a new message", () => {
  test("has all its files, or exactly those that attachments names, in that order", async () => {
    expect(names((await post(form(["a", "b"]))).json)).toEqual(["0.txt", "1.txt"]);
    const named = { content: "c", attachments: [{ id: 2, filename: "third.txt" }, { id: "0" }] };
    expect(names((await post(form(["a", "b", "c"], named))).json)).toEqual(["third.txt", "0.txt"]);
    expect((await post(form(["a"], { attachments: [] }))).json.code).toBe(50006);
  });

  test("is refused when attachments names what did not come", async () => {
    const { status, json } = await post(form(["a"], { content: "c", attachments: [{ id: 0 }, { id: 1 }] }));
    expect(status).toBe(400);
    expect(json.errors.attachments["1"]._errors).toMatchObject([{ code: "ATTACHMENT_NOT_FOUND" }]);
    expect(
      (await post({ content: "c", attachments: [{ description: "whose?" }] })).json.errors.attachments["0"].id,
    ).toBeDefined();
  });

  test("tells what its files are called, and which are hidden at first", async () => {
    const attachments = [
      { id: 0, title: "Tränen.png", description: "🔔".repeat(1024), is_spoiler: true },
      { id: 1, is_spoiler: false },
    ];
    const { json } = await post(form(["a", ["b", "SPOILER_b c.png"]], { attachments }));
    expect(json.attachments).toMatchObject([
      { filename: "0.txt", title: "Tränen.png", description: "🔔".repeat(1024), flags: IS_SPOILER, size: 1 },
      { filename: "SPOILER_b_c.png" },
    ]);
    expect(json.attachments[1]).not.toHaveProperty("flags");
    expect((await post(form([["b", "SPOILER_b.png"]]))).json.attachments[0].flags).toBe(IS_SPOILER);
    const tooLong = form(["a"], { attachments: [{ id: 0, description: "🔔".repeat(1025) }] });
    expect((await post(tooLong)).json.code).toBe(50035);
  });
});

describe("an edit", () => {
  test("adds files, keeps the named ones, drops the others, and changes what it says about them", async () => {
    const { json } = await post(form(["a", "b"]));
    const one = `${path}/${json.id}`;
    const edit = (body: unknown) => asBot(emulator, "PATCH", one, body);
    const added = (await edit(form([["c", "c.txt"]], {}))).json;
    expect(names(added)).toEqual(["0.txt", "1.txt", "c.txt"]);
    const [, second, third] = added.attachments;
    const attachments = [
      { id: third.id },
      { id: 0, filename: "d.txt" },
      { id: second.id, is_spoiler: true, description: "b" },
    ];
    const changed = (await edit(form(["d"], { attachments }))).json;
    expect(names(changed)).toEqual(["c.txt", "d.txt", "1.txt"]);
    expect(changed.attachments[2]).toMatchObject({ id: second.id, flags: IS_SPOILER, description: "b" });
    expect(
      (await edit({ attachments: [{ id: second.id, is_spoiler: false }] })).json.attachments[0],
    ).not.toHaveProperty("flags");
    expect((await edit({ attachments: [{ id: third.id }] })).json.errors.attachments["0"]._errors[0].code).toBe(
      "ATTACHMENT_NOT_FOUND",
    );
    expect(names((await edit({ attachments: null })).json)).toEqual([]);
    expect((await send("GET", second.url)).status).toBe(404);
  });

  test("never leads to more than ten", async () => {
    const { json } = await post(form(Array.from({ length: 10 }, () => "a")));
    expect(json.attachments).toHaveLength(10);
    expect((await asBot(emulator, "PATCH", `${path}/${json.id}`, form(["b"], {}))).json.code).toBe(30015);
    expect((await post(form(Array.from({ length: 11 }, () => "a")))).json.code).toBe(30015);
    const entries = Array.from({ length: 11 }, (_, id) => ({ id }));
    expect((await post({ content: "c", attachments: entries })).json.code).toBe(30015);
  });
});

test("10 MiB fit into a file, 25 MiB into a request; more is 413 with code 40005", async () => {
  const sized = (...sizes: number[]) => form(sizes.map((size) => "x".repeat(size)));
  expect((await post(sized(10 * MIB))).json.attachments[0].size).toBe(10 * MIB);
  expect(await post(sized(10 * MIB + 1))).toMatchObject({ status: 413, json: { code: 40005 } });
  expect((await post(sized(9 * MIB, 9 * MIB, 6 * MIB))).status).toBe(200);
  expect(await post(sized(9 * MIB, 9 * MIB, 8 * MIB))).toMatchObject({ status: 413, json: { code: 40005 } });
});

describe("components that show files", () => {
  const file = (url: string) => ({ type: 13, file: { url } });
  const gallery = (url: string) => ({ type: 12, items: [{ media: { url } }] });
  const section = (url: string) => ({
    type: 9,
    components: [{ type: 10, content: "t" }],
    accessory: { type: 11, media: { url } },
  });
  const post2 = (components: object[], files: readonly [string, string][] = [["a", "a b.txt"]], more: object = {}) =>
    post(form(files, { flags: V2, components, ...more }));

  test("name a file of the message as it is stored", async () => {
    const { status, json } = await post2([file("attachment://a_b.txt"), gallery("attachment://a_b.txt")]);
    expect(status).toBe(200);
    expect((await send("GET", json.components[0].file.url)).text).toBe("a");
    expect(json.components[1].items[0].media.url).toBe(json.components[0].file.url);
  });

  test.each([
    ["a file", [file("attachment://a b.txt")], "0.file.url"],
    ["a gallery", [{ type: 10, content: "t" }, gallery("attachment://other.txt")], "1.items.0.media.url"],
    [
      "a thumbnail in a container",
      [{ type: 17, components: [section("attachment://x")] }],
      "0.components.0.accessory.media.url",
    ],
  ] as const)("%s that names none is refused where it does so", async (_what, components, where) => {
    const { status, json } = await post2([...components]);
    expect([status, json.code]).toEqual([400, 50035]);
    const place = where.split(".").reduce((node, step) => node[step], json.errors.components);
    expect(place._errors[0].code).toBe("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND");
  });

  test("show a file only by attachment://, other media from anywhere", async () => {
    expect((await post2([file("https://example.org/a.txt")])).json.code).toBe(50035);
    expect((await post2([gallery("https://example.org/a.png")])).status).toBe(200);
  });

  test("may name a file that stays on an edit, and not one that goes", async () => {
    const { json } = await post2([file("attachment://a_b.txt")]);
    const [{ id }] = json.attachments;
    const edit = (attachments: object[]) =>
      asBot(emulator, "PATCH", `${path}/${json.id}`, { attachments, components: [gallery("attachment://a_b.txt")] });
    expect((await edit([{ id }])).status).toBe(200);
    expect((await edit([])).json.code).toBe(50035);
  });
});
