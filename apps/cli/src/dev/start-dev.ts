import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { EmulatorDescription, LimitProfile } from "@tocsin/discord-emulator";
import { createEngine } from "@tocsin/engine";
import { buildRelay, createLogger, openDestinations, registerTelemetry } from "@tocsin/relay";
import { isOutage } from "@tocsin/relay/backends";
import { ensureAnswering } from "../answering.ts";
import { notesOn } from "../config/notes-on.ts";
import type { Context } from "../context.ts";
import { listening } from "../listening.ts";
import { packageVersion } from "../package-version.ts";
import { writePrivateJson } from "../private-file.ts";
import { createDevConfig, loadDevConfig, withBuiltIn } from "./dev-config.ts";
import { type DevKey, ensureDevKey } from "./dev-key.ts";
import { createEventLog } from "./event-log.ts";
import type { DataDir } from "./open-data-dir.ts";
import { openDevBackends } from "./open-dev-backends.ts";
import { connectDiscord, startDiscord } from "./open-discord.ts";
import { waitForServices } from "./wait-for-services.ts";

/** How long requests and sends that are under way get when it ends. */
const CLOSE_GRACE_MS = 10_000;

export interface StartDevOptions {
  /** Where the relay listens, on 127.0.0.1. 0 takes a free port. */
  readonly port: number;
  /** Where the emulator listens, on 127.0.0.1. 0 takes a free port. */
  readonly emulatorPort: number;
  readonly limits: LimitProfile;
  /** Absolute path of a `tocsin.yaml`. Absent: {@link createDevConfig}. */
  readonly configFile?: string;
  /** Absolute path of an `emulator.json`: that emulator is used and none started. */
  readonly discordFile?: string;
  /** Whether the relay logs every request, and not only what went wrong. */
  readonly verbose: boolean;
}

/** A running relay with its local Discord. Disposing ends both, in order. */
export interface RunningDev extends AsyncDisposable {
  readonly relayUrl: string;
  readonly devKey: DevKey;
  readonly discord: EmulatorDescription;
  /** Whether what was accepted lies in Postgres, and not in the data directory. */
  readonly isInDatabase: boolean;
}

/**
 * Starts emulator and relay on `data` in this process and resolves when everything answers and `dev.json` says so; `null`
 * when `context.stopSignal()` aborted meanwhile. While Postgres or Redis is away the relay answers, and this says so and
 * waits. When it fails, nothing is left running and no `dev.json` is there. `data` stays open.
 *
 * Throws what the parts throw: `EMULATOR_DATA_DIR_LOCKED`, `CLI_PORT_IN_USE`, `CLI_CONFIG_INVALID` …
 */
export async function startDev(data: DataDir, options: StartDevOptions, context: Context): Promise<RunningDev | null> {
  const version = packageVersion();
  await using parts = new AsyncDisposableStack();

  const telemetry = registerTelemetry({ serviceName: "tocsin-dev", serviceVersion: version, env: context.env });
  parts.defer(() => telemetry.shutdown());

  const fileConfig = options.configFile === undefined ? null : loadDevConfig(options.configFile, context.env);
  const opened =
    options.discordFile === undefined
      ? await startDiscord({
          port: options.emulatorPort,
          dataDir: join(data.path, "emulator"),
          limits: options.limits,
        })
      : await connectDiscord(options.discordFile);
  parts.defer(() => opened.close());
  const discord = opened.description;

  const config = fileConfig === null ? createDevConfig(discord) : withBuiltIn(fileConfig, discord);
  for (const note of notesOn(config)) context.stderr.write(`note: ${note}\n`);
  const logger = createLogger({
    level: options.verbose ? "info" : "warn",
    destination: { write: (line) => context.stderr.write(line) },
  });
  const sqliteFile = join(data.path, "relay.sqlite");
  const backends = await openDevBackends({ config, sqliteFile, limits: opened.limits, logger });
  parts.defer(() => backends.close());
  const destinations = openDestinations(config, {
    limiter: backends.limiter,
    env: context.env,
    // Whatever the environment says: what is Discord's goes to the local one.
    apiUrl: discord.api_url,
  });
  parts.defer(() => destinations.close());
  const engine = createEngine({
    store: backends.store,
    organizations: { default: destinations.organization },
    onEvent: createEventLog(logger),
    onError: (error) => {
      if (!isOutage(error)) logger.error({ err: error }, "delivering failed, and is tried again");
    },
    ...(backends.scheduler === undefined ? {} : { scheduler: backends.scheduler }),
  });
  const relay = buildRelay({ engine, backends, logger, version });
  parts.defer(() => relay.close(CLOSE_GRACE_MS));
  const relayUrl = await listening(options.port, "--port", () => relay.listen({ port: options.port }));
  engine.start();
  await ensureAnswering("the relay", `${relayUrl}/healthz`, { advice: "start again" });

  const devKey = await waitForServices(backends, {
    whenStored: () => ensureDevKey(data.path, engine.keys),
    onWait: (missing) =>
      context.stderr.write(`waiting for ${missing.join(" and ")}; the relay listens at ${relayUrl}\n`),
    stop: context.stopSignal(),
  });
  if (devKey === null) return null;
  parts.defer(() => rm(data.devFile, { force: true }));
  await writePrivateJson(data.devFile, {
    relay: { url: relayUrl, api_key: devKey.key, api_secret: devKey.secret },
    discord,
  });
  const running = parts.move();
  const isInDatabase = config.database !== undefined;
  return { relayUrl, devKey, discord, isInDatabase, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
