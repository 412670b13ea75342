import { readChangesets } from "@changesets/read";
import { expect, test } from "vitest";
import { ROOT, readWorkspace } from "./workspace.ts";

/** The names that a changeset mentions and that cannot be released. */
function unreleasable(names: readonly string[]): readonly string[] {
  const published = readWorkspace().filter(({ manifest }) => manifest.private !== true);
  return names.filter((name) => !published.some(({ manifest }) => manifest.name === name));
}

test("every changeset names published packages only, and says something", async () => {
  const changesets = await readChangesets(ROOT);
  expect(unreleasable(changesets.flatMap(({ releases }) => releases.map(({ name }) => name)))).toEqual([]);
  expect(changesets.filter(({ summary }) => summary.trim() === "")).toEqual([]);
});

test("a private or unknown package in a changeset is found", () => {
  expect(unreleasable(["@tocsin/testkit", "@tocsin/nobody", "@tocsin/errors"])).toEqual([
    "@tocsin/testkit",
    "@tocsin/nobody",
  ]);
});
