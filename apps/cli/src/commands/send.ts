import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AlertFlags } from "../alert-input.ts";
import { commandHelp } from "../command-help.ts";
import { CONNECTION_HELP, type ConnectionFlags, findConnection } from "../connection.ts";
import type { Context } from "../context.ts";
import { EXIT_CODES_HELP, ExitCode } from "../exit-code.ts";
import { createPaint } from "../paint.ts";
import { describeRefusal } from "../refusal.ts";
import { requestRelay } from "../relay-client.ts";
import { reportFailure } from "../report-failure.ts";
import { waitForNotifications } from "../wait-for-notifications.ts";

export interface SendOptions extends ConnectionFlags, AlertFlags {
  readonly idempotencyKey?: string;
  readonly json?: boolean;
  readonly wait?: boolean;
}

/**
 * Raises one alert and prints what the relay made of it. With `wait` it resolves when every notification is delivered,
 * failed or skipped, or after 10 seconds; failed or still pending ones are a failure.
 */
export async function runSend(
  context: Context,
  title: string | undefined,
  options: SendOptions,
  fetchImplementation: typeof fetch = fetch,
): Promise<ExitCode> {
  // Loaded here, because it knows all of an alert and the other commands start without that.
  const { readAlert } = await import("../alert-input.ts");
  const input = await readAlert(context, title, options);
  if (input.kind === "invalid") return reportFailure(context, input.failure);
  const result = await findConnection(context, options);
  if (result.kind === "missing") return reportFailure(context, result.failure);
  const { connection } = result;
  const answer = await requestRelay(
    connection,
    {
      method: "POST",
      path: "/alerts",
      body: input.alert,
      idempotencyKey: options.idempotencyKey ?? randomUUID(),
    },
    fetchImplementation,
  );
  if (answer.kind === "unreachable" || (answer.status !== 200 && answer.status !== 201))
    return reportFailure(context, describeRefusal(answer, connection));
  const accepted = (answer.body as { data?: { id?: unknown } } | null)?.data;
  if (typeof accepted?.id !== "string") {
    return reportFailure(context, {
      exitCode: ExitCode.failure,
      what: `the server at ${connection.url} answered ${answer.status} without an alert: it is not a Tocsin relay`,
      advice: `check the address (it came from ${connection.source})`,
    });
  }
  const { id } = accepted;
  const paint = createPaint(context);
  if (!options.json) context.stdout.write(`${paint("bold", id)} ${answer.status === 201 ? "created" : "updated"}\n`);
  if (!options.wait) {
    if (options.json) context.stdout.write(`${JSON.stringify(accepted, null, 2)}\n`);
    return ExitCode.ok;
  }
  return waitForNotifications(context, connection, id, { json: options.json === true, fetchImplementation });
}

const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  value,
];

function toIdempotencyKey(value: string): string {
  // It travels as a header: anything but visible ASCII would be refused on the way.
  if (!/^[\x21-\x7e]{1,255}$/.test(value)) throw new InvalidArgumentError("Use 1 to 255 visible ASCII characters.");
  return value;
}

/** Adds `tocsin send`. `finish` is called with the exit code. */
export function addSendCommand(program: Command, context: Context, finish: (code: ExitCode) => void): void {
  program
    .command("send")
    .description("Raise an alert at a relay.")
    .argument("[title]", "what happened, in one line; - reads a JSON alert from stdin")
    .option("-m, --message <text>", "the longer text")
    .addOption(new Option("-s, --severity <severity>", "default: by type").choices(["info", "warn", "critical"]))
    .addOption(new Option("--type <type>", "kind of alert").choices(["down", "up", "slow", "error", "custom"]))
    .option("-c, --context <pairs>", "facts as key=value (repeatable) or as one logfmt line", collect)
    .option("--action-hint <text>", "what a person should do about it")
    .option("--topic <topic>", "what routes can match on")
    .option("--monitor-id <id>", "the monitor that saw it")
    .option("--dedup-key <key>", "an active alert with this key is updated instead of a new one")
    .option("--action <policy>", "ask for approval of this action")
    .option("--link <url>", "a link, as URL or LABEL=URL (repeatable)", collect)
    .option("--channel <name>", "send there too, beside what routes choose (repeatable)", collect)
    .addOption(new Option("--status <status>", "resolved closes the alert").choices(["active", "resolved"]))
    .option("-f, --file <file>", "read a JSON alert from a file, - for stdin; the other options change it")
    .option("--idempotency-key <key>", "send the same alert once only (default: a random one)", toIdempotencyKey)
    .option("--wait", "wait up to 10 s until it is delivered, and print where")
    .option("--json", "print the relay's data as JSON")
    .option("--url <url>", "address of the relay")
    .option("--api-key <key>", "API key")
    .option("--api-secret <secret>", "API secret (TOCSIN_API_SECRET keeps it out of the process list)")
    .addHelpText(
      "after",
      commandHelp(
        [
          'tocsin send "Disk almost full" --severity warn --context host=db1 --context disk=/var',
          'tocsin send "Checkout is down" --severity critical --dedup-key checkout --wait',
          'echo \'{"title":"Backup failed","severity":"warn"}\' | tocsin send -',
        ],
        EXIT_CODES_HELP,
        CONNECTION_HELP,
      ),
    )
    .action(async (title: string | undefined, options: SendOptions) => finish(await runSend(context, title, options)));
}
