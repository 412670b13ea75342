import { nodeProblem } from "./node-problem.ts";

const problem = nodeProblem(process.version);
if (problem === null) {
  // Imported here: an older Node.js can neither find nor read what the rest is made of, and could not even say so.
  await import("./run-process.ts");
} else {
  console.error(problem);
  process.exitCode = 1;
}
