import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Builds the page into `dist/page`, beside the compiled server that serves it. Paths in it are relative: it works under any prefix. */
export default defineConfig({
  root: fileURLToPath(new URL("page/", import.meta.url)),
  base: "./",
  logLevel: "warn",
  // Whatever NODE_ENV says: the tests build this page too, and lit's development build is another program.
  resolve: { conditions: ["module", "browser", "production"] },
  build: {
    outDir: fileURLToPath(new URL("dist/page/", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    license: { fileName: "licenses.md" },
    // The page's policy allows no data: scripts or styles, and one request more costs nothing on the loopback.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
