import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/**
 * Tells whether the Host header can only be this machine's: `localhost` or an IP address. A name could be one that an
 * attacker's page has rebound to loopback.
 */
export function isTrustedHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

/** Tells whether a request comes from a page of another origin. Programs other than browsers send neither header. */
export function isCrossOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const { origin } = headers;
  return origin !== undefined && origin !== `http://${headers.host}`;
}
