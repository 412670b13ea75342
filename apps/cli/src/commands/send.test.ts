import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { createFakeContext } from "../../test/fake-context.ts";
import { runSend, type SendOptions } from "./send.ts";

const CONNECTION = { url: "http://relay.example", apiKey: "tk_test", apiSecret: "tsk_testsecret" };
const ALERT_ID = "alt_01";

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A relay that answers each request with the next of `answers`, the last one again and again. */
function fakeRelay(
  ...answers: readonly (readonly [status: number, body: unknown, headers?: Record<string, string>])[]
) {
  const requests: Recorded[] = [];
  const fakeFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    requests.push({
      method: request.method,
      path: new URL(request.url).pathname,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    });
    const [status, body, headers] = answers[Math.min(requests.length, answers.length) - 1] ?? [500, {}];
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: headers ?? {} });
  };
  return { requests, fetch: fakeFetch };
}

const created = [201, { data: { id: ALERT_ID, title: "x" } }] as const;
const withNotifications = (...notifications: readonly object[]) =>
  [200, { data: { id: ALERT_ID, notifications } }] as const;

async function send(
  title: string | undefined,
  options: SendOptions = {},
  relay = fakeRelay(created),
  given: Parameters<typeof createFakeContext>[0] = {},
) {
  const context = createFakeContext(given);
  const exitCode = await runSend(context, title, { ...CONNECTION, ...options }, relay.fetch);
  return { exitCode, out: context.out(), err: context.err(), requests: relay.requests };
}

describe("tocsin send", () => {
  test("posts the alert and prints its id", async () => {
    const result = await send("Disk almost full");
    expect(result).toMatchObject({ exitCode: 0, out: "alt_01 created\n", err: "" });
    expect(result.requests).toMatchObject([{ method: "POST", path: "/alerts", body: { title: "Disk almost full" } }]);
  });

  test("says that an alert was updated", async () => {
    const result = await send("x", { dedupKey: "d" }, fakeRelay([200, { data: { id: ALERT_ID } }]));
    expect(result).toMatchObject({ exitCode: 0, out: "alt_01 updated\n" });
  });

  test("gives every option its name on the wire", async () => {
    const { requests } = await send("t", {
      message: "m",
      severity: "warn",
      type: "down",
      context: ["host=db1"],
      actionHint: "h",
      topic: "forum",
      monitorId: "mon_1",
      dedupKey: "d",
      action: "restart",
      link: ["https://example.org/?a=b", "Runbook=https://example.org/r"],
      channel: ["critical", "email"],
      status: "active",
    });
    expect(requests[0]?.body).toEqual({
      title: "t",
      message: "m",
      severity: "warn",
      type: "down",
      context: { host: "db1" },
      action_hint: "h",
      topic: "forum",
      monitor_id: "mon_1",
      dedup_key: "d",
      action: "restart",
      links: [{ url: "https://example.org/?a=b" }, { label: "Runbook", url: "https://example.org/r" }],
      channels: ["critical", "email"],
      status: "active",
    });
  });

  test("uses another idempotency key for every invocation, and the given one when there is one", async () => {
    const keyOf = async (options: SendOptions) =>
      (await send("x", options)).requests[0]?.headers.get("idempotency-key");
    const [first, second] = [await keyOf({}), await keyOf({})];
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(await keyOf({ idempotencyKey: "mine" })).toBe("mine");
  });

  test("prints the relay's data as JSON", async () => {
    const { out } = await send("x", { json: true });
    expect(JSON.parse(out)).toEqual({ id: ALERT_ID, title: "x" });
  });

  test("reads the alert from stdin and lays the options over it", async () => {
    const stdin = '{"title":"from stdin","severity":"info"}';
    const { requests } = await send("-", { severity: "critical" }, undefined, { stdin });
    expect(requests[0]?.body).toEqual({ title: "from stdin", severity: "critical" });
  });

  test("reads the alert from a file in the working directory", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, "alert.json"), '{"message":"m"}');
    const { requests } = await send("given", { file: "alert.json" }, undefined, { cwd: directory.path });
    expect(requests[0]?.body).toEqual({ message: "m", title: "given" });
  });

  test("reads no more of a wrong file than an alert can have", async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "image.iso");
    await writeFile(path, "");
    await truncate(path, 60_000_000);
    const result = await send(undefined, { file: "image.iso" }, undefined, { cwd: directory.path });
    expect(result).toMatchObject({ exitCode: 2, requests: [] });
    expect(result.err).toContain("cannot read image.iso: it is larger than 1 MiB");
  });

  test.each([
    ["no title and no message", undefined, {}, "", "needs a title"],
    ["stdin that is not JSON", "-", {}, "{oops", "stdin is not JSON"],
    ["stdin that holds a list", "-", {}, "[]", "no JSON object"],
    ["a file that is not there", undefined, { file: "missing.json" }, "", "cannot read missing.json"],
    ["two sources", "-", { file: "x.json" }, "{}", "both - and --file"],
    ["a context that is neither pairs nor logfmt", "t", { context: ["just words"] }, "", "--context"],
  ])("refuses %s as wrong use, without a request", async (_name, title, options, stdin, said) => {
    const result = await send(title, options, undefined, { stdin });
    expect(result).toMatchObject({ exitCode: 2, out: "", requests: [] });
    expect(result.err).toContain(said);
  });

  test("prints each mistake that the relay found, by its path", async () => {
    const details = [
      { path: "/severity", message: '/severity: expected info, warn or critical, found "bad"' },
      { path: "/links/0/url", message: "expected an http or https URL" },
      { path: "", message: "expected a title" },
    ];
    const refusal = [400, { error: { code: "invalid_request", message: "3 mistakes", details } }] as const;
    const result = await send("x", {}, fakeRelay(refusal));
    expect(result).toMatchObject({ exitCode: 2, out: "" });
    expect(result.err.split("\n")).toEqual([
      "error: the relay says that this alert is not valid",
      '  /severity: expected info, warn or critical, found "bad"',
      "  /links/0/url: expected an http or https URL",
      "  expected a title",
      "",
    ]);
  });

  test("prints the relay's own words when it lists no mistakes", async () => {
    const result = await send("x", {}, fakeRelay([400, { error: { message: "not JSON" } }]));
    expect(result).toMatchObject({
      exitCode: 2,
      err: "error: the relay says that this alert is not valid: not JSON\n",
    });
  });

  test.each([
    [401, 1, "check --api-key"],
    [403, 1, "check --api-key"],
    [422, 2, "--idempotency-key"],
    [429, 1, "in 7 s"],
    [503, 1, "in 7 s"],
    [418, 1, "answered 418"],
  ])("answers %i with exit code %i and what to do", async (status, exitCode, said) => {
    const relay = fakeRelay([status, { error: { message: "no", trace_id: "ab" } }, { "retry-after": "7" }]);
    const result = await send("x", {}, relay);
    expect(result).toMatchObject({ exitCode, out: "" });
    expect(result.err).toContain(said);
  });

  test("says that something else answers at the address", async () => {
    const result = await send("x", {}, fakeRelay([200, "<html>hello</html>"]));
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.err).toContain("is not a Tocsin relay");
  });

  test("exits with 3 when nothing answers, and says where the address came from", async () => {
    const context = createFakeContext();
    const exitCode = await runSend(context, "x", { ...CONNECTION, url: "http://127.0.0.1:1" });
    expect(exitCode).toBe(3);
    expect(context.err()).toMatch(/^error: cannot reach the relay at http:\/\/127\.0\.0\.1:1: .+--url/s);
  });

  test("exits with 3 when no relay is known", async () => {
    const context = createFakeContext();
    expect(await runSend(context, "x", {})).toBe(3);
    expect(context.err()).toContain("tocsin dev");
  });

  test("never prints a secret that the relay repeats", async () => {
    const refusal = [401, { error: { message: `bad secret ${CONNECTION.apiSecret}` } }] as const;
    const { err } = await send("x", {}, fakeRelay(refusal));
    expect(err).toContain("bad secret [redacted]");
    expect(err).not.toContain(CONNECTION.apiSecret);
  });

  describe("--wait", () => {
    const delivered = {
      channel: "discord",
      destination: "alerts",
      status: "delivered",
      channel_id: "5",
      message_id: "6",
    };
    const pending = { channel: "discord", destination: "alerts", status: "pending" };

    test("asks until nothing is pending, and prints where each message is", async () => {
      const relay = fakeRelay(created, withNotifications(pending), withNotifications(delivered));
      const result = await send("x", { wait: true }, relay);
      expect(result).toMatchObject({
        exitCode: 0,
        out: "alt_01 created\n  alerts  delivered  message 6 in channel 5\n",
      });
      expect(result.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        "POST /alerts",
        "GET /alerts/alt_01",
        "GET /alerts/alt_01",
      ]);
    });

    test("fails when a notification failed, and says why", async () => {
      const failed = { channel: "discord", destination: "critical", status: "failed", reason: "target-gone" };
      const result = await send("x", { wait: true }, fakeRelay(created, withNotifications(delivered, failed)));
      expect(result.exitCode).toBe(1);
      expect(result.out).toContain("critical  failed  target-gone");
    });

    test("prints the target's own words, on one line and without secrets", async () => {
      const refused = {
        channel: "discord",
        destination: "alerts",
        status: "failed",
        reason: "invalid-form",
        details: { status: 400, code: 50035, message: `Invalid Form\nBody ${CONNECTION.apiSecret}` },
      };
      const lost = {
        channel: "discord",
        destination: "b",
        status: "failed",
        reason: "timeout",
        may_be_delivered: true,
      };
      const { out } = await send("x", { wait: true }, fakeRelay(created, withNotifications(refused, lost)));
      expect(out).toContain("  alerts  failed  invalid-form: Invalid Form Body [redacted] (50035)\n");
      expect(out).toContain("  b  failed  timeout, and may be there all the same\n");
    });

    test("counts a skipped notification as done", async () => {
      const skipped = { channel: "email", status: "skipped" };
      const result = await send("x", { wait: true }, fakeRelay(created, withNotifications(delivered, skipped)));
      expect(result.exitCode).toBe(0);
      expect(result.out).toContain("email  skipped");
    });

    test("prints only the final data with --json", async () => {
      const relay = fakeRelay(created, withNotifications(delivered));
      const { out } = await send("x", { wait: true, json: true }, relay);
      expect(JSON.parse(out)).toEqual({ id: ALERT_ID, notifications: [delivered] });
    });

    test("says that an alert without a destination is shown nowhere", async () => {
      const { out, exitCode } = await send("x", { wait: true }, fakeRelay(created, withNotifications()));
      expect(exitCode).toBe(0);
      expect(out).toContain("no route matched");
    });

    test("says that the alert was accepted when the relay goes away meanwhile", async () => {
      const relay = fakeRelay(created, [503, { error: { message: "stopping" } }]);
      const { err, exitCode } = await send("x", { wait: true }, relay);
      expect(exitCode).toBe(1);
      expect(err).toContain("alt_01 was accepted");
    });
  });

  test("colours only on a terminal, and not with NO_COLOR", async () => {
    const outputs = [
      await send("x", {}, undefined, { isTTY: true }),
      await send("x", {}, undefined, { isTTY: true, env: { NO_COLOR: "1" } }),
      await send("x", {}, undefined, { isTTY: false }),
    ];
    expect(outputs.map(({ out }) => out.includes("\u001b["))).toEqual([true, false, false]);
  });
});
