import type { WorkspacePackage } from "./workspace.ts";

/** The order matters: a resolver takes the first condition that it knows. */
const CONDITIONS = ["@tocsin/source", "types", "default"];

function doorProblems(door: string, target: string | Readonly<Record<string, string>>, files: ReadonlySet<string>) {
  if (typeof target === "string") {
    // Data (a JSON Schema, package.json) is shipped as it lies.
    return files.has(target.slice(2)) ? [] : [`${door} leads to ${target}, which does not exist`];
  }
  const found = Object.keys(target);
  if (found.join() !== CONDITIONS.join()) return [`${door} has ${found.join(", ")}; expected ${CONDITIONS.join(", ")}`];
  const [, stem] = /^\.\/src\/(.+)\.ts$/.exec(target["@tocsin/source"] ?? "") ?? [];
  if (stem === undefined) return [`${door}: @tocsin/source is not ./src/….ts`];
  return [
    ...(files.has(`src/${stem}.ts`) ? [] : [`${door} leads to src/${stem}.ts, which does not exist`]),
    ...(target.types === `./dist/${stem}.d.ts` ? [] : [`${door}: types is not ./dist/${stem}.d.ts`]),
    ...(target.default === `./dist/${stem}.js` ? [] : [`${door}: default is not ./dist/${stem}.js`]),
  ];
}

/**
 * One line for every door in the package's exports map (or bin) that leads nowhere, or to something other than the build
 * of its source. `files` are the package's own files, relative to its folder, without the build.
 */
export function exportProblems(pkg: WorkspacePackage, files: readonly string[]): readonly string[] {
  const present = new Set(files);
  const bins = Object.values(pkg.manifest.bin ?? {}).filter((file) => !present.has(file));
  return [
    ...Object.entries(pkg.manifest.exports ?? {}).flatMap(([door, target]) => doorProblems(door, target, present)),
    ...bins.map((file) => `the bin ${file} does not exist`),
  ].map((problem) => `${pkg.folder}: ${problem}`);
}

/**
 * One line for every door whose built file is missing, and for every built module whose source is gone: a compiler does not
 * sweep its output folder, and what lies there is published.
 */
export function buildProblems(
  pkg: WorkspacePackage,
  sources: readonly string[],
  built: readonly string[],
): readonly string[] {
  const [haveSource, haveBuilt] = [new Set(sources), new Set(built)];
  const wanted = Object.values(pkg.manifest.exports ?? {})
    .flatMap((target) => (typeof target === "string" ? [] : Object.values(target)))
    .filter((file) => file.startsWith("./dist/"))
    .map((file) => file.slice(2));
  const orphans = built.filter((file) => {
    const [, stem] = /^dist\/(.+?)\.(?:js|d\.ts)$/.exec(file) ?? [];
    // A page is bundled from another folder, so its files have no source of the same name.
    return stem !== undefined && !stem.startsWith("page/") && !haveSource.has(`src/${stem}.ts`);
  });
  return [
    ...wanted.filter((file) => !haveBuilt.has(file)).map((file) => `${pkg.folder}: ${file} was not built`),
    ...orphans.map((file) => `${pkg.folder}: ${file} has no source any more; delete dist and build again`),
  ];
}
