#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";

const MINIMUM_MAJOR = 24;

/** The command line in this very process: whoever kills its pid has killed everything. */
async function start() {
  if (Number.parseInt(process.versions.node, 10) < MINIMUM_MAJOR) {
    console.error(`Tocsin needs Node.js ${MINIMUM_MAJOR} or newer; this is ${process.version}.`);
    process.exitCode = 1;
    return;
  }
  if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
    return;
  }
  // tsconfig.json is not in the published package: only a checkout has it, and runs from its sources, before any build.
  if (!existsSync(new URL("../tsconfig.json", import.meta.url))) {
    await import("../dist/main.js");
    return;
  }
  // Imported here, because older Node versions have no registerHooks and could not even say that they are too old.
  const { registerHooks } = await import("node:module");
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      nextResolve(specifier, { ...context, conditions: [...(context.conditions ?? []), "@tocsin/source"] }),
  });
  await import("../src/main.ts");
}

await start();
