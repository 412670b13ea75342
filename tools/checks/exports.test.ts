import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildProblems, exportProblems } from "./exports.ts";
import { listFiles, ROOT, readWorkspace, type WorkspacePackage } from "./workspace.ts";

test.each(readWorkspace().map((pkg) => [pkg.folder, pkg] as const))(
  "every door of %s leads to a source and its build",
  (folder, pkg) => {
    expect(exportProblems(pkg, listFiles("**/*", join(ROOT, folder)))).toEqual([]);
  },
);

const door = { "@tocsin/source": "./src/lane.ts", types: "./dist/lane.d.ts", default: "./dist/lane.js" };
const withDoor = (target: string | Record<string, string>, bin: Record<string, string> = {}): WorkspacePackage => ({
  folder: "packages/queue",
  manifest: { name: "@tocsin/queue", exports: { "./lane": target }, bin },
});

describe("the exports map", () => {
  test("is accepted when source, types and build agree", () => {
    expect(exportProblems(withDoor(door), ["src/lane.ts"])).toEqual([]);
  });

  const refused: readonly [why: string, pkg: WorkspacePackage][] = [
    ["source does not exist", withDoor({ ...door, "@tocsin/source": "./src/gone.ts" })],
    ["types belong to another file", withDoor({ ...door, types: "./dist/other.d.ts" })],
    ["default belongs to another file", withDoor({ ...door, default: "./dist/other.js" })],
    ["conditions are in the wrong order", withDoor(Object.fromEntries(Object.entries(door).reverse()))],
    ["data file does not exist", withDoor("./schema/alert.json")],
    ["bin does not exist", withDoor(door, { tocsin: "bin/tocsin.js" })],
  ];
  test.each(refused)("is refused when the %s", (_why, pkg) => {
    expect(exportProblems(pkg, ["src/lane.ts"])).not.toEqual([]);
  });
});

describe("the build", () => {
  test("is accepted when each door and nothing else was built", () => {
    expect(buildProblems(withDoor(door), ["src/lane.ts"], ["dist/lane.js", "dist/lane.d.ts"])).toEqual([]);
  });

  test("is refused when a door was not built", () => {
    expect(buildProblems(withDoor(door), ["src/lane.ts"], ["dist/lane.js"])).toHaveLength(1);
  });

  test("is refused when it holds the build of a deleted source", () => {
    const built = ["dist/lane.js", "dist/lane.d.ts", "dist/old.js"];
    expect(buildProblems(withDoor(door), ["src/lane.ts"], built)).toHaveLength(1);
  });
});
