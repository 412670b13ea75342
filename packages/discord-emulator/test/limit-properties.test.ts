import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { type Answered, asBot, send } from "./support.ts";

const V2 = 1 << 15;
let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());

const channel = () => `/channels/${emulator.description.channels.alerts.id}`;
const forum = () => `/channels/${emulator.description.channels.forum.id}`;
const message = (body: object) => asBot(emulator, "POST", `${channel()}/messages`, body);
const hook = (body: object) => send("POST", emulator.description.channels.alerts.webhook_url, body);
const embed = (parts: object) => message({ embeds: [{ description: "d", ...parts }] });
const component = (one: object) => message({ content: "c", components: [{ type: 1, components: [one] }] });
const select = (parts: object) =>
  component({ type: 3, custom_id: "s", options: [{ label: "l", value: "v" }], ...parts });
const display = (one: object) => message({ flags: V2, components: [one] });
const change = (path: string, body: object) => asBot(emulator, "PATCH", path, body);
const poll = (question: string, answer: string) =>
  message({ poll: { question: { text: question }, answers: [{ poll_media: { text: answer } }] } });

const pollOf = (parts: object) =>
  message({ poll: { question: { text: "q" }, answers: [{ poll_media: { text: "a" } }], ...parts } });

/** Every documented limit of a text, in code points, and a request that is nothing but that text. */
const LIMITS: readonly [what: string, maxCount: number, send: (text: string) => Promise<Answered>][] = [
  ["content", 2000, (content) => message({ content })],
  ["content of a webhook", 2000, (content) => hook({ content })],
  ["embed title", 256, (title) => embed({ title })],
  ["embed description", 4096, (description) => embed({ description })],
  ["embed field name", 256, (name) => embed({ fields: [{ name, value: "v" }] })],
  ["embed field value", 1024, (value) => embed({ fields: [{ name: "n", value }] })],
  ["embed footer", 2048, (text) => embed({ footer: { text } })],
  ["embed author", 256, (name) => embed({ author: { name } })],
  ["nonce", 25, (nonce) => message({ content: "c", nonce })],
  ["poll question", 300, (text) => poll(text, "a")],
  ["poll answer", 55, (text) => poll("q", text)],
  ["username of a webhook's message", 80, (username) => hook({ content: "c", username })],
  ["name of a webhook", 80, (name) => send("PATCH", emulator.description.channels.alerts.webhook_url, { name })],
  ["custom id", 100, (custom_id) => component({ type: 2, style: 1, label: "l", custom_id })],
  ["button label", 80, (label) => component({ type: 2, style: 1, label, custom_id: "c" })],
  ["select placeholder", 150, (placeholder) => select({ placeholder })],
  ["select option label", 100, (label) => select({ options: [{ label, value: "v" }] })],
  ["select option value", 100, (value) => select({ options: [{ label: "l", value }] })],
  ["select option description", 100, (description) => select({ options: [{ label: "l", value: "v", description }] })],
  ["text display", 4000, (content) => display({ type: 10, content })],
  [
    "description of media",
    1024,
    (description) => display({ type: 12, items: [{ media: { url: "https://example.org/a.png" }, description }] }),
  ],
  ["thread name", 100, (name) => asBot(emulator, "POST", `${channel()}/threads`, { name })],
  ["name of a post", 100, (name) => asBot(emulator, "POST", `${forum()}/threads`, { name, message: { content: "c" } })],
  [
    "content of a post",
    2000,
    (content) => asBot(emulator, "POST", `${forum()}/threads`, { name: "n", message: { content } }),
  ],
  ["channel name", 100, (name) => change(channel(), { name })],
  ["channel topic", 1024, (topic) => change(channel(), { topic })],
  ["forum topic", 4096, (topic) => change(forum(), { topic })],
  ["forum tag", 20, (name) => change(forum(), { available_tags: [{ name }] })],
];

/** One code point each, of every width; some join or combine with their neighbours, which changes no count. */
const codePoint = fc.constantFrom(..."aß漢", "\u0301", "\u200d", "👩", "🔔", "𒀀", "🏴", "\u{e0067}");
const pattern = fc.array(codePoint, { minLength: 1, maxLength: 12 }).map((points) => points.join(""));

function repeatTo(text: string, count: number): string {
  const points = [...text];
  return Array.from({ length: count }, (_, index) => points[index % points.length]).join("");
}

test.each(LIMITS)("%s: any %i code points fit, one more does not", async (_what, maxCount, request) => {
  await fc.assert(
    fc.asyncProperty(pattern, async (text) => {
      expect((await request(repeatTo(text, maxCount))).status).toBeLessThan(300);
      expect(await request(repeatTo(text, maxCount + 1))).toMatchObject({ status: 400, json: { code: 50035 } });
    }),
    { numRuns: 4 },
  );
});

const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (index: number) => ({ type: 2, style: 1, label: "l", custom_id: `b${index}` });
const option = (index: number) => ({ label: "l", value: `${index}` });
const picture = { media: { url: "https://example.org/a.png" } };

/** Every documented limit of a number of things, or of a number. */
const COUNTS: readonly [what: string, maxCount: number, send: (count: number) => Promise<Answered>][] = [
  ["embeds", 10, (count) => message({ embeds: repeat(count, () => ({ title: "t" })) })],
  ["fields of an embed", 25, (count) => embed({ fields: repeat(count, () => ({ name: "n", value: "v" })) })],
  ["colour of an embed", 0xffffff, (color) => embed({ color })],
  [
    "users that may be mentioned",
    100,
    (count) => message({ content: "c", allowed_mentions: { users: repeat(count, String) } }),
  ],
  [
    "roles that may be mentioned",
    100,
    (count) => message({ content: "c", allowed_mentions: { roles: repeat(count, String) } }),
  ],
  ["answers of a poll", 10, (count) => pollOf({ answers: repeat(count, () => ({ poll_media: { text: "a" } })) })],
  ["hours of a poll", 768, (duration) => pollOf({ duration })],
  [
    "action rows",
    5,
    (count) =>
      message({ content: "c", components: repeat(count, (index) => ({ type: 1, components: [button(index)] })) }),
  ],
  [
    "buttons of a row",
    5,
    (count) => message({ content: "c", components: [{ type: 1, components: repeat(count, button) }] }),
  ],
  ["options of a select", 25, (count) => select({ options: repeat(count, option) })],
  ["least values of a select", 25, (min_values) => select({ min_values })],
  ["most values of a select", 25, (max_values) => select({ max_values })],
  ["pictures of a gallery", 10, (count) => display({ type: 12, items: repeat(count, () => picture) })],
  [
    "texts of a section",
    3,
    (count) =>
      display({
        type: 9,
        components: repeat(count, () => ({ type: 10, content: "t" })),
        accessory: { type: 11, ...picture },
      }),
  ],
  [
    "colour of a container",
    0xffffff,
    (accent_color) => display({ type: 17, accent_color, components: [{ type: 10, content: "t" }] }),
  ],
  ["slowmode of a channel", 21_600, (rate_limit_per_user) => change(channel(), { rate_limit_per_user })],
  [
    "slowmode of a thread",
    21_600,
    (rate_limit_per_user) => asBot(emulator, "POST", `${channel()}/threads`, { name: "n", rate_limit_per_user }),
  ],
  [
    "tags of a forum",
    20,
    (count) => change(forum(), { available_tags: repeat(count, (index) => ({ name: `${index}` })) }),
  ],
];

test.each(COUNTS)("%s: %i fit, one more does not", async (_what, maxCount, request) => {
  expect((await request(maxCount)).status).toBeLessThan(300);
  expect(await request(maxCount + 1)).toMatchObject({ status: 400, json: { code: 50035 } });
});

test("any division of 6,000 characters over embeds and their parts fits, one more does not", async () => {
  const shares = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(shares, pattern, async (weights, text) => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const counts = weights.map((weight) => Math.max(1, Math.min(4096, Math.floor((6000 * weight) / sum))));
      // What is left over goes where there is room.
      let left = 6000 - counts.reduce((total, count) => total + count, 0);
      const embeds = counts.map((count) => {
        const more = Math.min(left, 4096 - count);
        left -= more;
        return { description: repeatTo(text, count + more) };
      });
      expect((await message({ embeds })).status).toBe(200);
      const [first, ...others] = embeds as [{ description: string }, ...object[]];
      const { json } = await message({ embeds: [{ ...first, footer: { text: "🔔" } }, ...others] });
      expect(json.errors.embeds._errors[0].code).toBe("MAX_EMBED_SIZE_EXCEEDED");
    }),
    { numRuns: 15 },
  );
});

test("any division of 4,000 displayed characters over nested components fits, one more does not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3999 }), fc.boolean(), pattern, async (count, isNested, text) => {
      const displays = (total: number) => {
        const [first, second] = [count, total - count].map((one) => ({ type: 10, content: repeatTo(text, one) }));
        return { flags: V2, components: isNested ? [first, { type: 17, components: [second] }] : [first, second] };
      };
      expect((await message(displays(4000))).status).toBe(200);
      const { json } = await message(displays(4001));
      expect(json.errors.components._errors[0].code).toBe("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED");
    }),
    { numRuns: 15 },
  );
});

test("40 components fit however they are nested, 41 do not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 38 }), async (inside) => {
      const text = { type: 10, content: "t" };
      const nested = (total: number) => ({
        flags: V2,
        components: [
          { type: 17, components: Array.from({ length: inside }, () => text) },
          ...Array.from({ length: total - 1 - inside }, () => text),
        ],
      });
      expect((await message(nested(40))).status).toBe(200);
      expect((await message(nested(41))).json.code).toBe(50035);
    }),
    { numRuns: 10 },
  );
});
