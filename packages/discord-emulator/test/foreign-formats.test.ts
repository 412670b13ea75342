import { expect, test } from "vitest";
import { type Answered, asBot, send, startEmulator } from "./support.ts";

async function newest(emulator: Parameters<typeof asBot>[0]): Promise<Answered["json"]> {
  const { id } = emulator.description.channels.alerts;
  return (await asBot(emulator, "GET", `/channels/${id}/messages?limit=1`)).json[0];
}

test("turns a Slack message into a Discord one and answers ok", async () => {
  await using emulator = await startEmulator();
  const slack = {
    channel: "#alarms",
    username: "netdata",
    icon_url: "https://example.org/icon.png",
    text: "db1 needs attention, see <https://example.org/run|the runbook>",
    attachments: [
      {
        color: "warning",
        title: "disk full",
        title_link: "https://example.org/alarm",
        text: "91 %",
        fields: [
          { title: "host", value: "db1", short: true },
          { title: "disk", value: "/var" },
        ],
        thumb_url: "https://example.org/thumb.png",
        footer: "vm",
        ts: 1795294932,
      },
    ],
  };
  const { webhook_url } = emulator.description.channels.alerts;
  for (const body of [slack, new URLSearchParams({ payload: JSON.stringify(slack) })]) {
    const answer = await send("POST", `${webhook_url}/slack`, body);
    expect([answer.status, answer.text]).toEqual([200, "ok"]);
    expect(await newest(emulator)).toMatchObject({
      content: "db1 needs attention, see [the runbook](https://example.org/run)",
      author: { username: "netdata" },
      embeds: [
        {
          color: 0xde9e31,
          title: "disk full",
          url: "https://example.org/alarm",
          description: "91 %",
          fields: [
            { name: "host", value: "db1", inline: true },
            { name: "disk", inline: false },
          ],
          footer: { text: "vm" },
          timestamp: "2026-11-21T21:02:12.000000+00:00",
        },
      ],
    });
  }
  expect((await send("POST", `${webhook_url}/slack?wait=false`, slack)).status).toBe(204);
  expect(await send("POST", `${webhook_url}/slack`, {})).toMatchObject({ status: 400, json: { code: 50006 } });
  expect(await send("POST", `${webhook_url}/slack`, new URLSearchParams({ payload: "{" }))).toMatchObject({
    status: 400,
    json: { code: 50109 },
  });
});

const repository = { full_name: "acme/app", html_url: "https://github.com/acme/app" };
const sender = { login: "alice", html_url: "https://github.com/alice", avatar_url: "https://example.org/a.png" };
const told: readonly [event: string, payload: object, title: string][] = [
  [
    "push",
    {
      ref: "refs/heads/main",
      compare: "https://github.com/c",
      commits: [{ id: "0123456789", url: "https://github.com/1", message: "Fix it\n\nbody" }],
    },
    "[acme/app] main: 1 new commit",
  ],
  [
    "issues",
    { action: "opened", issue: { number: 7, title: "Broken", html_url: "https://github.com/i", body: "It is." } },
    "[acme/app] Issue opened: #7 Broken",
  ],
  [
    "pull_request",
    { action: "closed", pull_request: { number: 8, title: "Fix", merged: true, html_url: "https://github.com/p" } },
    "[acme/app] Pull request merged: #8 Fix",
  ],
  [
    "issue_comment",
    { action: "created", issue: { title: "Broken" }, comment: { html_url: "https://github.com/c", body: "Yes" } },
    "[acme/app] New comment on issue: Broken",
  ],
  [
    "check_run",
    {
      check_run: {
        name: "ci",
        conclusion: "failure",
        html_url: "https://github.com/r",
        check_suite: { head_branch: "main" },
      },
    },
    "[acme/app] ci: failure on main",
  ],
  [
    "release",
    { action: "published", release: { name: "v1", html_url: "https://github.com/v" } },
    "[acme/app] New release published: v1",
  ],
];

test.each(told)("tells about GitHub's %s", async (event, payload, title) => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const answer = await send(
    "POST",
    `${webhook_url}/github`,
    { ...payload, repository, sender },
    { "x-github-event": event },
  );
  expect(answer.status).toBe(204);
  expect(await newest(emulator)).toMatchObject({
    author: { username: "GitHub" },
    embeds: [{ title, author: { name: "alice" } }],
  });
});

test.each(["ping", "something_new", "constructor"])("accepts GitHub's %s in silence", async (event) => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  expect(
    (await send("POST", `${webhook_url}/github`, { zen: "x", repository, sender }, { "x-github-event": event })).status,
  ).toBe(204);
  expect(await newest(emulator)).toBeUndefined();
});

test("shortens GitHub's texts to what a message holds", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const issue = { number: 1, title: "t".repeat(400), body: "b".repeat(9000), html_url: "https://github.com/i" };
  await send(
    "POST",
    `${webhook_url}/github`,
    { action: "opened", issue, repository, sender },
    { "x-github-event": "issues" },
  );
  const [embed] = (await newest(emulator)).embeds;
  expect([embed.title.length, embed.description.length]).toEqual([256, 1000]);
});

test.each(["constructor", "__proto__"])("ignores the Slack colour %s", async (color) => {
  await using emulator = await startEmulator();
  const body = JSON.stringify({ attachments: [{ title: "t", color }] });
  const { webhook_url } = emulator.description.channels.alerts;
  const type = { "content-type": "application/json" };
  expect((await send("POST", `${webhook_url}/slack`, body, type)).status).toBe(200);
  expect((await newest(emulator)).embeds[0]).not.toHaveProperty("color");
});

test("ignores members of foreign formats that are neither text nor number", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const odd = { toString: 1, valueOf: 1 };
  expect((await send("POST", `${webhook_url}/slack`, { attachments: [{ title: "t", ts: odd }] })).status).toBe(200);
  expect((await newest(emulator)).embeds[0]).not.toHaveProperty("timestamp");
  const push = { ref: "refs/heads/main", commits: [{ id: odd, url: odd, message: odd }], repository, sender };
  expect((await send("POST", `${webhook_url}/github`, push, { "x-github-event": "push" })).status).toBe(204);
});

test.each(["<http:", "<http:a|", "<http:a|b"])("comes back from a megabyte of %s", async (piece) => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  // Looked at anew from every piece, this would take minutes.
  const { json } = await send("POST", `${webhook_url}/slack`, { text: piece.repeat(1_000_000 / piece.length) });
  expect(json.errors.content._errors[0].code).toBe("BASE_TYPE_MAX_LENGTH");
});
