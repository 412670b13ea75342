import { expect, test, vi } from "vitest";
import type { Tx } from "../store.ts";
import { createGroupCommit, type TransactionControl } from "./group-commit.ts";

/** Remembers the statements, and fails where the test says. */
function scriptedControl(fail: Partial<Record<keyof TransactionControl, () => unknown>> = {}) {
  const log: string[] = [];
  const step = (name: "begin" | "savepoint" | "release" | "rollbackToSavepoint" | "commit" | "rollback") => () => {
    log.push(name);
    const error = fail[name]?.();
    if (error !== undefined) throw error;
  };
  const control: TransactionControl = {
    begin: step("begin"),
    savepoint: step("savepoint"),
    release: step("release"),
    rollbackToSavepoint: step("rollbackToSavepoint"),
    commit: step("commit"),
    rollback: step("rollback"),
    isBusy: (error) => error === "busy",
  };
  return { log, control, count: (name: string) => log.filter((each) => each === name).length };
}

const create = (control: TransactionControl, options: { maxGroupCount?: number; busyTimeoutMs?: number } = {}) =>
  createGroupCommit({ control, tx: {} as Tx, maxGroupCount: 256, busyTimeoutMs: 1_000, ...options });

test("writes that wait together share one commit", async () => {
  const { control, count } = scriptedControl();
  const commits = create(control);
  await Promise.all(Array.from({ length: 100 }, () => commits.write(async () => {})));
  expect([count("begin"), count("savepoint"), count("commit")]).toEqual([1, 100, 1]);
});

test("a group takes no more works than it may", async () => {
  const { control, count } = scriptedControl();
  const commits = create(control, { maxGroupCount: 30 });
  await Promise.all(Array.from({ length: 100 }, () => commits.write(async () => {})));
  expect(count("commit")).toBe(4);
});

test("nobody is answered before the commit", async () => {
  const { control, log } = scriptedControl();
  const commits = create(control);
  await commits.write(async () => log.push("work")).then(() => log.push("answered"));
  expect(log).toEqual(["begin", "savepoint", "work", "release", "commit", "answered"]);
});

test("when the commit fails all of its works reject, and the next group goes through", async () => {
  let failures = 1;
  const { control, count } = scriptedControl({ commit: () => (failures-- > 0 ? new Error("disk full") : undefined) });
  const commits = create(control);
  const results = await Promise.allSettled([commits.write(async () => 1), commits.write(async () => 2)]);
  for (const result of results) {
    expect(result).toMatchObject({ status: "rejected", reason: { code: "STORE_WRITE_FAILED", retryable: true } });
  }
  expect(count("rollback")).toBe(1);
  expect(commits.isWritable()).toBe(false);
  await expect(commits.write(async () => 3)).resolves.toBe(3);
  expect(commits.isWritable()).toBe(true);
});

test("after a failure nobody has to write for it to be found out that writes go through again", async () => {
  let isBusy = true;
  const { control } = scriptedControl({ begin: () => (isBusy ? "busy" : undefined) });
  const commits = create(control, { busyTimeoutMs: 0 });
  await expect(commits.write(async () => {})).rejects.toMatchObject({ code: "STORE_BUSY" });
  expect(commits.isWritable()).toBe(false);
  isBusy = false;
  await vi.waitUntil(() => commits.isWritable());
});

test("no write waits longer for a busy database than the limit, however many are before it", async () => {
  const { control, count } = scriptedControl({ begin: () => "busy" });
  const commits = create(control, { maxGroupCount: 1, busyTimeoutMs: 60 });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => commits.write(async () => {})));
  expect(results.every((result) => result.status === "rejected" && result.reason.code === "STORE_BUSY")).toBe(true);
  // The first write asks every few milliseconds until the limit; those behind it find theirs over and ask once.
  expect(count("begin")).toBeLessThan(100);
});
