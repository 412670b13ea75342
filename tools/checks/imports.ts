import { parseCircular, parseDependencyTree } from "dpdm";
import type { ImportStatement } from "./layers.ts";

/** What dpdm found in one folder of sources. */
export interface ImportGraph {
  readonly imports: readonly ImportStatement[];
  /** Each cycle as the files on it, in order. Imports of types count too: a circle of types is a circle of ideas. */
  readonly cycles: readonly (readonly string[])[];
}

/** Parses every TypeScript file under `folder`'s `src`, `test`, `bench` and `page`; paths come back relative to `folder`. */
export async function readImportGraph(folder: string): Promise<ImportGraph> {
  const tree = await parseDependencyTree("{src,test,bench,page}/**/*.{ts,mts,js,mjs}", {
    cwd: folder,
    context: folder,
    // Whatever is installed is a leaf.
    exclude: /node_modules/,
  });
  // dpdm follows the sources of other workspace packages too; those have a run of their own.
  const isOwn = (file: string): boolean => !file.startsWith("../");
  const own = Object.entries(tree).filter(([file]) => isOwn(file));
  const imports = own.flatMap(([file, edges]) => (edges ?? []).map((edge) => ({ file, specifier: edge.request })));
  return { imports, cycles: parseCircular(tree).filter((cycle) => cycle.some(isOwn)) };
}
