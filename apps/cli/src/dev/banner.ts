import type { createPaint } from "../paint.ts";

export interface BannerInput {
  readonly relayUrl: string;
  readonly pageUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Where what was sent stays: the data directory, or the database. */
  readonly keptIn: string;
  /** Whether `send` finds this relay by itself in the working directory. */
  readonly isFound: boolean;
  /** How this program is called here: `tocsin`, or `npx tocsin` in a checkout. */
  readonly command: string;
  readonly pid: number;
}

/** The alert of the printed line. It holds no single quote, so that it stands in one pair of them in a shell. */
const EXAMPLE_ALERT = {
  title: "Disk almost full",
  severity: "warn",
  context: { host: "db1", disk: "/var", used: "91%" },
  action_hint: "Delete old archives, then grow the volume",
} as const;

/** A line for any POSIX shell that raises an alert. It carries the development credentials on purpose. */
export function curlLine(input: Pick<BannerInput, "relayUrl" | "apiKey" | "apiSecret">): string {
  const headers = ["content-type: application/json", `x-api-key: ${input.apiKey}`, `x-api-secret: ${input.apiSecret}`];
  const options = headers.map((header) => `-H '${header}'`).join(" ");
  return `curl -sS -X POST ${input.relayUrl}/alerts ${options} -d '${JSON.stringify(EXAMPLE_ALERT)}'`;
}

/** A line for any POSIX shell that raises an alert with this program at this relay. */
function sendLine(input: Pick<BannerInput, "relayUrl" | "apiKey" | "apiSecret" | "command" | "isFound">): string {
  const { relayUrl, apiKey, apiSecret } = input;
  const found = `TOCSIN_URL='${relayUrl}' TOCSIN_API_KEY='${apiKey}' TOCSIN_API_SECRET='${apiSecret}' `;
  return `${input.isFound ? "" : found}${input.command} send "Checkout is down" --severity critical --wait`;
}

/** What `tocsin dev` prints when everything answers. */
export function createBanner(input: BannerInput, paint: ReturnType<typeof createPaint>): string {
  return `${paint("bold", "Tocsin is ready.")}

  Discord   ${paint("cyan", input.pageUrl)}   the local Discord: watch the messages arrive
  Relay     ${paint("cyan", input.relayUrl)}
  API docs  ${paint("cyan", `${input.relayUrl}/docs`)}

Raise an alert:

${curlLine(input)}

or: ${sendLine(input)}

Stop with Ctrl+C, or kill ${input.pid}. What was sent stays in ${input.keptIn} for the next start.
`;
}
