import type { HttpPoolOptions } from "@tocsin/discord-transport";

type Proxies = NonNullable<HttpPoolOptions["proxy"]>;

/** Never by a proxy: from there, this machine would be another one. */
const LOOPBACK = ["localhost", ".localhost", "127.0.0.1", "[::1]"];

/**
 * The proxies that the environment names, as most programs read it: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, each also in
 * small letters, which win. This machine itself is always reached directly.
 */
export function readProxies(env: Readonly<Record<string, string | undefined>>): Proxies {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || "";
  const noProxy = read("NO_PROXY").trim();
  return {
    httpProxy: read("HTTP_PROXY"),
    httpsProxy: read("HTTPS_PROXY"),
    // A single * means everything, and only alone.
    noProxy: noProxy === "*" ? noProxy : [noProxy, ...LOOPBACK].filter(Boolean).join(","),
  };
}
