import { redact } from "@tocsin/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alertOf, viewOf } from "../../test/views.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { renderAlert } from "./render-alert.ts";
import { renderDigest } from "./render-digest.ts";
import { renderNotice } from "./render-notice.ts";
import { renderPack } from "./render-pack.ts";
import { renderThreadName } from "./render-thread-name.ts";

const WEBHOOK_TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const BOT_TOKEN = `MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.${"ZnCjm1XVW7vRze4b7Cq4se7kKWs".slice(0, 27)}`;

const LEAKS: readonly (readonly [name: string, text: string, secret: string])[] = [
  ["webhook address", `https://discord.com/api/webhooks/1119355453625880591/${WEBHOOK_TOKEN}?wait=true`, WEBHOOK_TOKEN],
  ["bot token", `token was ${BOT_TOKEN}, sorry`, BOT_TOKEN],
  ["header", `Authorization: Bot ${BOT_TOKEN}`, BOT_TOKEN],
  ["database address", "postgres://user:hunter22@db.example/shop", "hunter22"],
];

const PLACES = ["title", "message", "topic", "monitor_id", "action", "requested_by", "action_hint"] as const;

describe.each(LEAKS)("a %s in an alert", (_name, text, secret) => {
  const inputs = [
    ...PLACES.map((place) => ({ title: "x", [place]: text })),
    { title: "x", context: { found: text, other: 1 } },
    { title: "x", context: { [text]: "key" } },
    { title: "x", context: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, text])) },
    { title: "x", links: [{ label: text, url: "https://example.org/" }] },
  ];

  test.each(inputs)("is shown nowhere: %j", (input) => {
    const view = viewOf(input);
    const other = viewOf({ title: "other" }, { id: "alt_2" });
    for (const isStrict of [false, true]) {
      const rendered = [
        renderAlert(view, { isStrict }),
        renderPack([view, other], { isStrict }),
        renderDigest([view, other], { isStrict }),
        renderNotice(view, { kind: "escalated", isStrict }),
        renderThreadName(view.alert.title),
      ];
      expect(JSON.stringify(rendered)).not.toContain(secret);
    }
  });
});

test("a secret is recognised before anything is cut", () => {
  for (let before = 1950; before < 2100; before += 7) {
    const message = `${"m".repeat(before)} ${LEAKS[0]?.[1]} ${"n".repeat(3000)}`;
    const [embed] = renderAlert(viewOf({ title: "x", message })).message.embeds;
    expect(embed?.description).not.toContain(WEBHOOK_TOKEN.slice(0, 8));
    expect(embed?.description).not.toContain(WEBHOOK_TOKEN.slice(-8));
  }
});

test("the id of a webhook stays readable", () => {
  const { message } = maskSecrets(alertOf({ message: `failed\n${LEAKS[0]?.[1]}` }));
  expect(message).toBe("failed\nhttps://discord.com/api/webhooks/1119355453625880591/[redacted]?wait=true");
});

test("a context entry is masked whole when its key names a secret, and the name of a secret is none", () => {
  const { context } = maskSecrets(
    alertOf({
      title: "x",
      context: {
        db_password: "correct horse",
        "x-api-key": "a b",
        api_secret: "",
        secret: "tls-cert",
        token_count: 5,
        password: 7,
      },
    }),
  );
  expect(context).toEqual({
    db_password: "[redacted]",
    "x-api-key": "[redacted]",
    api_secret: "",
    secret: "tls-cert",
    token_count: 5,
    password: 7,
  });
});

test("keys that look alike when they are masked stay apart", () => {
  const { context } = maskSecrets(alertOf({ title: "x", context: { tsk_0123456789: 1, tsk_abcdefghij: 2 } }));
  expect(Object.values(context)).toEqual([1, 2]);
});

test("a link still leads where it should, unless its address is a secret itself", () => {
  const links = [
    { label: "graph", url: "https://example.org/render?key=cpu&sig=0a1b2c#token=x" },
    { label: "hook", url: `https://discord.com/api/webhooks/1119355453625880591/${WEBHOOK_TOKEN}` },
    { url: "https://user:hunter22@example.org/" },
    { url: "https://example.org/?token=tsk_0123456789abcdef" },
  ];
  expect(maskSecrets(alertOf({ title: "x", links })).links?.map(({ url }) => url)).toEqual([
    "https://example.org/render?key=cpu&sig=0a1b2c#token=x",
    "https://discord.com/api/webhooks/1119355453625880591/[redacted]",
    "https://[redacted]@example.org/",
    "https://example.org/?token=[redacted]",
  ]);
});

test("an alert without secrets is returned as it is", () => {
  const alert = alertOf({ title: "disk full", message: "see https://example.org/runbook?id=4", context: "host=db1" });
  expect(maskSecrets(alert)).toBe(alert);
});

test("one look at all texts together sees what a look at each would", () => {
  const piece = fc.constantFrom(
    ...["authorization", "Bearer ", "Basic ", "Bot ", "password", "x-api-key", '"token"', "'secret'", "tsk_", "?key="],
    ...[":", "=", ",", " ", "\n", '"', "'", "\\", "/", "@", "a1b2c3d4e5", "correct horse", "https://", "/webhooks/1/"],
    ...["<key>", "expected ", "Digest a=b", BOT_TOKEN],
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, text, fc.dictionary(text, text, { maxKeys: 3 }), (message, action_hint, context) => {
      const alert = { ...alertOf({ title: "x" }), message, action_hint, context };
      fc.pre(maskSecrets(alert) === alert);
      const alone = [message, action_hint, ...Object.entries(context).flat()];
      expect(alone.map(redact)).toEqual(alone);
    }),
    { numRuns: 800 },
  );
});
