import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** The policy is that of the page's own meta element, and keeps the page out of frames, which a meta element cannot. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; " +
    "trusted-types lit-html; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** The built page lies in `dist/page` of the package, seen from `src` and from `dist`. */
function findPackageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "package.json")) && dirname(directory) !== directory)
    directory = dirname(directory);
  return directory;
}

/** Serves the page that shows the channels at `/`, or says how to build it. */
export function registerPage(app: FastifyInstance, root = join(findPackageRoot(), "dist", "page")): void {
  app.register(fastifyStatic, { root, serve: false });
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== "GET") return reply.code(404).type("text/plain").send("Not found.\n");
    const path = (request.url.split("?")[0] ?? "/").slice(1) || "index.html";
    if (!existsSync(join(root, "index.html"))) {
      return reply.code(503).type("text/plain").send("The page is not built. Run `npm run build` and reload.\n");
    }
    if (path.includes("..") || !existsSync(join(root, path))) {
      return reply.code(404).type("text/plain").send("Not found.\n");
    }
    return reply.headers(HEADERS).sendFile(path);
  });
}
