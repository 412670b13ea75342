/** Host and port of a service's URL, and nothing else of it. */
export function addressOf(url: string, defaultPort: number): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${hostname || searchParams.get("host")}:${port || defaultPort}`;
}
