import { execFileSync } from "node:child_process";
import { parseAlert } from "@tocsin/alert";
import { describe, expect, test } from "vitest";
import { createBanner, curlLine } from "./banner.ts";

const INPUT = {
  relayUrl: "http://127.0.0.1:8080",
  pageUrl: "http://127.0.0.1:8090/",
  apiKey: "tk_dev_1",
  apiSecret: "tsk_secret",
  keptIn: ".tocsin",
  isFound: true,
  command: "npx tocsin",
  pid: 4711,
};

describe("curlLine", () => {
  test("is one line that a shell splits into a POST with credentials and a valid alert", () => {
    const line = curlLine(INPUT);
    expect(line).not.toContain("\n");
    const script = line.replace(/^curl /, "printf '%s\\n' ");
    const words = execFileSync("bash", ["-c", script], { encoding: "utf8" }).trimEnd().split("\n");
    expect(words).toContain("http://127.0.0.1:8080/alerts");
    expect(words).toEqual(expect.arrayContaining(["POST", "x-api-key: tk_dev_1", "x-api-secret: tsk_secret"]));
    const parsed = parseAlert(JSON.parse(words.at(-1) ?? ""));
    expect(parsed).toMatchObject({ kind: "alert", alert: { severity: "warn", context: { host: "db1" } } });
  });
});

test("leads send to this relay where it would not find it", () => {
  const banner = (isFound: boolean) => createBanner({ ...INPUT, isFound }, (_style, text) => text);
  const line = 'npx tocsin send "Checkout is down" --severity critical --wait\n';
  expect(banner(true)).toContain(`\nor: ${line}`);
  expect(banner(false)).toContain(
    `\nor: TOCSIN_URL='http://127.0.0.1:8080' TOCSIN_API_KEY='tk_dev_1' TOCSIN_API_SECRET='tsk_secret' ${line}`,
  );
});

test("names page, relay, docs, where things are kept and how to stop", () => {
  const banner = createBanner(INPUT, (_style, text) => text);
  for (const part of [
    INPUT.pageUrl,
    INPUT.relayUrl,
    "http://127.0.0.1:8080/docs",
    "stays in .tocsin for",
    "kill 4711",
    "npx tocsin send",
    "ready",
  ])
    expect(banner).toContain(part);
  expect(banner).toContain(`\n${curlLine(INPUT)}\n`);
});
