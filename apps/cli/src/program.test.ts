import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createFakeContext } from "../test/fake-context.ts";
import { ExitCode } from "./exit-code.ts";
import { runProgram } from "./program.ts";

async function run(...args: readonly string[]) {
  const context = createFakeContext();
  const exitCode = await runProgram(args, context);
  return { exitCode, out: context.out(), err: context.err() };
}

describe("tocsin", () => {
  test.each([
    ["dev", [0, 1, 2]],
    ["emulator", [0, 1, 2]],
    ["send", Object.values(ExitCode)],
    ["config check", [0, 2]],
  ] as const)("%s --help has an example, the exit codes %j and describes every option", async (name, codes) => {
    const { exitCode, out, err } = await run(...name.split(" "), "--help");
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(new RegExp(`Examples:\n  \\$ .*tocsin ${name}`));
    expect([...out.matchAll(/^ {2}(\d) {2}\w/gm)].map(([, code]) => Number(code))).toEqual(codes);
    const options = out.slice(out.indexOf("Options:"), out.indexOf("Examples:"));
    // Commander puts a description behind two spaces, or on the next line when the option is long.
    const undescribed = [...options.matchAll(/^ {2}(-.*\S)\n(?! {4})/gm)].filter(
      ([, line]) => !/\S {2,}\S/.test(line ?? ""),
    );
    expect(undescribed).toEqual([]);
  });

  test("lists the commands and the exit codes", async () => {
    const { exitCode, out } = await run("--help");
    expect(exitCode).toBe(0);
    for (const part of ["dev", "emulator", "send", "config", "Exit codes:"]) expect(out).toContain(part);
  });

  test("prints the version of its package", async () => {
    const manifest = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
    expect(await run("--version")).toEqual({ exitCode: 0, out: `${manifest.version}\n`, err: "" });
  });

  test.each([
    ["an unknown command", ["sned"], "Did you mean send?"],
    ["an unknown option", ["send", "x", "--severty", "warn"], "Did you mean --severity?"],
    ["an unknown severity", ["send", "x", "--severity", "wrn"], "Allowed choices are info, warn, critical."],
    ["an unknown limits profile", ["dev", "--limits", "none"], "Allowed choices are documented, strict, off."],
    ["an empty data directory", ["dev", "--data-dir", ""], "Give the path of a directory."],
    ["an empty data directory of the emulator", ["emulator", "--data-dir", ""], "Give the path of a directory."],
    [
      "one port for both",
      ["dev", "--port", "9000", "--emulator-port", "9000"],
      "--port and --emulator-port are both 9000",
    ],
    ["a port that is none", ["dev", "--port", "http"], "0 takes a free port"],
    ["an idempotency key that no header can carry", ["send", "x", "--idempotency-key", "a b"], "visible ASCII"],
    ["two titles", ["send", "x", "y"], "too many arguments"],
    ["no command", [], "Usage: tocsin"],
    ["no command of config", ["config"], "Usage: tocsin config"],
    ["an unknown command of config", ["config", "chekc"], "Did you mean check?"],
  ])("answers %s with exit code 2 and what would be right", async (_name, args, said) => {
    const { exitCode, out, err } = await run(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(said);
  });

  test("repeats no secret from a wrong command line", async () => {
    const { err } = await run("send", "x", "tsk_0123456789abcdef", "--unknown-tsk_0123456789abcdef");
    expect(err).not.toContain("tsk_0123456789abcdef");
  });
});
