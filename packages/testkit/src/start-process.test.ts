import { expect, test } from "vitest";
import { startProcess } from "./start-process.ts";

const script = (code: string): readonly string[] => ["--input-type=module", "--eval", code];
const FOREVER = "setInterval(() => {}, 60_000);";

test("is ready when the pattern shows, and hands over what it matched", async () => {
  await using child = startProcess({
    args: script(`console.error("listening on 127.0.0.1:4711"); ${FOREVER}`),
    readyPattern: /listening on \S+:(?<port>\d+)/g,
  });
  expect((await child.ready)?.groups?.port).toBe("4711");
  expect(child.output()).toBe("listening on 127.0.0.1:4711\n");
});

test("runs the same Node, with the sources of the workspace and the environment it is given", async () => {
  process.env.TESTKIT_REMOVED = "x";
  await using child = startProcess({
    args: script("console.log(JSON.stringify([process.execPath, process.execArgv[0], process.env]))"),
    env: { TESTKIT_ADDED: "1", TESTKIT_REMOVED: undefined },
  });
  await child.exited;
  delete process.env.TESTKIT_REMOVED;
  const [path, argument, env] = JSON.parse(child.output());
  expect([path, argument]).toEqual([process.execPath, "--conditions=@tocsin/source"]);
  expect(env).toMatchObject({ TESTKIT_ADDED: "1", PATH: process.env.PATH });
  expect(env).not.toHaveProperty("TESTKIT_REMOVED");
});

test("runs another program with nothing added to its arguments", async () => {
  await using child = startProcess({ program: "/bin/echo", args: ["-n", "hello"] });
  expect([await child.exited, child.output()]).toEqual([{ code: 0, signal: null }, "hello"]);
});

test("tells code and signal", async () => {
  await using failing = startProcess({ args: script("process.exit(3)") });
  expect(await failing.exited).toEqual({ code: 3, signal: null });
  await using killed = startProcess({ args: script(FOREVER) });
  await killed.ready;
  expect(await killed.kill("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
});

test("lets the child end by itself on SIGTERM and keeps its last words", async () => {
  const code = `process.once("SIGTERM", () => { console.log("bye"); process.exit(0); }); console.log("up"); ${FOREVER}`;
  await using child = startProcess({ args: script(code), readyPattern: /up/ });
  await child.ready;
  expect(await child.kill()).toEqual({ code: 0, signal: null });
  expect(child.output()).toBe("up\nbye\n");
});

test("is not ready when it exits first, and says what it wrote", async () => {
  await using child = startProcess({ args: script('console.log("no port"); process.exit(1)'), readyPattern: /never/ });
  await expect(child.ready).rejects.toThrow(/exited \(code 1, signal null\) before it was ready; its output:\nno port/);
});

test("is not ready when its time is over", async () => {
  await using child = startProcess({ args: script(FOREVER), readyPattern: /never/, timeoutMs: 50 });
  await expect(child.ready).rejects.toThrow("not ready within 50 ms");
});

test("rejects readiness when the directory does not exist", async () => {
  await using child = startProcess({ args: script(FOREVER), cwd: "/nonexistent-directory", readyPattern: /never/ });
  await expect(child.ready).rejects.toThrow("before it was ready");
});
