#!/usr/bin/env node
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`The local Discord needs Node.js 24 or newer; this is ${process.version}.`);
  process.exitCode = 1;
} else if (existsSync(new URL("../tsconfig.json", import.meta.url))) {
  // Only a checkout has that file: it runs from its sources, before any build.
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...(context.conditions ?? []), "@tocsin/source"] }),
  });
  await import("../src/bin.ts");
} else await import("../dist/bin.js");
