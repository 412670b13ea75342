import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readImportGraph } from "./imports.ts";
import { importProblems, layerProblems } from "./layers.ts";
import { type Manifest, ROOT, readWorkspace, type WorkspacePackage } from "./workspace.ts";

const workspace = readWorkspace();

function planted(folder: string, manifest: Partial<Manifest>): WorkspacePackage {
  return { folder, manifest: { name: `@tocsin/${folder.split("/")[1]}`, ...manifest } };
}

test("every package depends on lower floors only", () => {
  expect(workspace.length).toBeGreaterThan(9);
  expect(layerProblems(workspace)).toEqual([]);
});

test.each(workspace.map((pkg) => [pkg.folder, pkg] as const))(
  "%s imports only what it declares, and has no import cycle",
  async (folder, pkg) => {
    const graph = await readImportGraph(join(ROOT, folder));
    expect(graph.cycles).toEqual([]);
    expect(importProblems(pkg, graph.imports)).toEqual([]);
  },
);

describe("the table of floors", () => {
  const upwards: readonly [why: string, folder: string, manifest: Partial<Manifest>][] = [
    ["a higher floor", "packages/alert", { dependencies: { "@tocsin/engine": "*" } }],
    ["the same floor", "packages/queue", { dependencies: { "@tocsin/discord-transport": "*" } }],
    ["a higher floor as a peer", "packages/store", { peerDependencies: { "@tocsin/queue": "*" } }],
    ["a higher floor in tests", "packages/errors", { devDependencies: { "@tocsin/alert": "*" } }],
    ["an app", "packages/engine", { dependencies: { "@tocsin/relay": "*" } }],
    ["test support in published code", "packages/engine", { dependencies: { "@tocsin/testkit": "*" } }],
    ["the private testkit in an app", "apps/cli", { dependencies: { "@tocsin/testkit": "*" } }],
    ["Tocsin, by the emulator", "packages/discord-emulator", { dependencies: { "@tocsin/alert": "*" } }],
    ["the emulator, by the testkit", "packages/testkit", { devDependencies: { "@tocsin/discord-emulator": "*" } }],
    ["the command line, by the relay", "apps/relay", { dependencies: { "@tocsin/cli": "*" } }],
    ["a package nobody placed", "packages/surprise", {}],
  ];
  test.each(upwards)("refuses a dependency on %s", (_why, folder, manifest) => {
    expect(layerProblems([planted(folder, manifest)])).toHaveLength(1);
  });

  const allowed: readonly [why: string, folder: string, manifest: Partial<Manifest>][] = [
    ["a lower floor", "packages/engine", { dependencies: { "@tocsin/queue": "*", "@tocsin/errors": "*" } }],
    ["test support in tests", "packages/engine", { devDependencies: { "@tocsin/discord-emulator": "*" } }],
    ["a lower floor in tests", "packages/alert", { devDependencies: { "@tocsin/api": "*" } }],
    ["the relay, by the command line", "apps/cli", { dependencies: { "@tocsin/relay": "*" } }],
  ];
  test.each(allowed)("allows a dependency on %s", (_why, folder, manifest) => {
    expect(layerProblems([planted(folder, manifest)])).toEqual([]);
  });
});

describe("imports that go round the manifest", () => {
  const pkg = planted("packages/queue", {
    dependencies: { "@tocsin/store": "*" },
    devDependencies: { "@tocsin/testkit": "*" },
  });
  const refused: readonly [file: string, specifier: string][] = [
    ["src/lane.ts", "@tocsin/testkit"],
    ["src/lane.ts", "@tocsin/queue"],
    ["src/lane.ts", "../../store/src/index.ts"],
    ["src/lane.test.ts", "../../store/src/index.ts"],
  ];
  test.each(refused)("%s may not import %s", (file, specifier) => {
    expect(importProblems(pkg, [{ file, specifier }])).toHaveLength(1);
  });

  const accepted: readonly [file: string, specifier: string][] = [
    ["src/lane.ts", "@tocsin/store/migrations"],
    ["src/deep/lane.ts", "../due.ts"],
    ["src/lane.test.ts", "@tocsin/testkit"],
    ["test/door.test.ts", "../src/index.ts"],
    ["src/lane.ts", "node:fs"],
  ];
  test.each(accepted)("%s may import %s", (file, specifier) => {
    expect(importProblems(pkg, [{ file, specifier }])).toEqual([]);
  });
});
