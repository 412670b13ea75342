import { isTestFile, type WorkspacePackage } from "./workspace.ts";

/**
 * Where each package stands. Imports go down only, and packages of one floor do not import each other.
 * A new package is added here first: approvals, otel, client, integrations and sdk are to come.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["api", "errors"],
  ["alert", "rate-limiter", "idempotency", "approvals", "otel", "store", "client"],
  ["discord-transport", "queue", "integrations"],
  ["engine", "sdk"],
];

/** Used by tests everywhere, so they may know nothing but these. */
const TEST_SUPPORT: Readonly<Record<string, readonly string[]>> = {
  "discord-emulator": ["errors"],
  testkit: ["errors"],
};

/** Apps may use every package, and these apps. approval-bot is to come. */
const APPS: Readonly<Record<string, readonly string[]>> = {
  relay: [],
  "approval-bot": [],
  cli: ["relay", "approval-bot"],
};

const SCOPE = "@tocsin/";
const floorOf = (name: string): number => FLOORS.findIndex((floor) => floor.includes(name));

function isKnown(name: string): boolean {
  return floorOf(name) >= 0 || name in TEST_SUPPORT || name in APPS;
}

function mayUse(from: string, to: string): boolean {
  // The testkit is private: whatever depends on it could not be installed.
  if (to === "testkit") return false;
  if (from in APPS) return !(to in APPS) || (APPS[from]?.includes(to) ?? false);
  if (from in TEST_SUPPORT) return TEST_SUPPORT[from]?.includes(to) ?? false;
  return floorOf(to) >= 0 && floorOf(to) < floorOf(from);
}

function mayUseInTests(from: string, to: string): boolean {
  if (from === to) return false;
  // The emulator's own tests use the testkit; the other way round would be a circle.
  if (to in TEST_SUPPORT) return !(from === "testkit");
  return mayUse(from, to);
}

const ownNames = (dependencies: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.keys(dependencies)
    .filter((name) => name.startsWith(SCOPE))
    .map((name) => name.slice(SCOPE.length));

/** One line for every dependency that the table of floors does not allow; empty when all is well. */
export function layerProblems(packages: readonly WorkspacePackage[]): readonly string[] {
  return packages.flatMap(({ folder, manifest }) => {
    const from = manifest.name.slice(SCOPE.length);
    if (!manifest.name.startsWith(SCOPE)) return [`${folder}: the name does not begin with ${SCOPE}`];
    if (folder.slice(folder.indexOf("/") + 1) !== from) return [`${folder}: the folder is not called ${from}`];
    if (!isKnown(from)) return [`${folder}: ${from} stands on no floor; add it to tools/checks/layers.ts`];
    const used = [...ownNames(manifest.dependencies), ...ownNames(manifest.peerDependencies)];
    return [
      ...used.filter((to) => !mayUse(from, to)).map((to) => `${from} may not depend on ${to}`),
      ...ownNames(manifest.devDependencies)
        .filter((to) => !mayUseInTests(from, to))
        .map((to) => `${from} may not depend on ${to}, not even in tests`),
    ];
  });
}

/** One import statement: the file that has it (path inside its package) and the text between the quotes. */
export interface ImportStatement {
  readonly file: string;
  readonly specifier: string;
}

/**
 * One line for every import that goes round the manifest: published code that imports a package declared for tests only,
 * a relative path that leaves the package, a package that imports itself by name.
 */
export function importProblems(pkg: WorkspacePackage, imports: readonly ImportStatement[]): readonly string[] {
  const { name, dependencies, peerDependencies } = pkg.manifest;
  const published = new Set([...Object.keys(dependencies ?? {}), ...Object.keys(peerDependencies ?? {})]);
  return imports.flatMap(({ file, specifier }) => {
    const where = `${pkg.folder}/${file} imports ${specifier}`;
    if (specifier.startsWith(".")) {
      const inside = new URL(specifier, `file:///package/${file}`).pathname.startsWith("/package/");
      return inside ? [] : [`${where}: a relative path may not leave the package`];
    }
    if (!specifier.startsWith(SCOPE)) return [];
    const target = specifier.split("/").slice(0, 2).join("/");
    if (isTestFile(file)) return [];
    if (target === name) return [`${where}: use a relative path inside the package`];
    return published.has(target) ? [] : [`${where}: ${target} is not in dependencies or peerDependencies`];
  });
}
