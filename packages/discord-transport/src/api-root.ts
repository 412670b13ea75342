/** Where Discord's API is unless something stands in for it. */
export const DISCORD_API_URL = "https://discord.com/api";

const VERSION_SUFFIX = /\/v\d+$/;

/**
 * The address that all requests begin with, for an API's address with or without a version: always `/v10`, since Discord
 * takes a path without one for a deprecated version (https://docs.discord.com/developers/reference#api-versioning).
 * Null when `apiUrl` is no http or https address, or has user and password in it.
 */
export function toApiRoot(apiUrl: string): string | null {
  const url = URL.parse(apiUrl);
  if (url === null || !isHttp(url) || hasCredentials(url)) return null;
  return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(VERSION_SUFFIX, "")}/v10`;
}

/** Whether an address can be called. */
export function isHttp(url: URL): boolean {
  return url.protocol === "https:" || url.protocol === "http:";
}

/** Whether an address has user and password in it. */
export function hasCredentials(url: URL): boolean {
  return url.username !== "" || url.password !== "";
}
