/** After a build: compares each package's exports map with what was built. Prints one line a problem. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { buildProblems } from "./checks/exports.ts";
import { listFiles, ROOT, readWorkspace } from "./checks/workspace.ts";

const problems = readWorkspace().flatMap((pkg) => {
  const folder = join(ROOT, pkg.folder);
  const built = globSync("dist/**/*.{js,ts}", { cwd: folder }).map((file) => file.replaceAll("\\", "/"));
  return buildProblems(pkg, listFiles("src/**/*.ts", folder), built);
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
