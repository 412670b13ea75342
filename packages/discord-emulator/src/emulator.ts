import { setMaxListeners } from "node:events";
import type { AddressInfo } from "node:net";
import { TocsinError } from "@tocsin/errors";
import { archiveIdleThreads } from "./actions/archive-threads.ts";
import type { World } from "./actions/world.ts";
import { createJournal } from "./control/journal.ts";
import { registerControl } from "./control/register-control.ts";
import { describeEmulator, type EmulatorDescription, removeDescription } from "./description.ts";
import { createDispatchBus } from "./dispatch/bus.ts";
import { createOutbox } from "./dispatch/outbox.ts";
import { createFaultInjector } from "./faults/fault-injector.ts";
import { createGateway } from "./gateway/gateway.ts";
import { type GatewayOptions, toGatewaySettings } from "./gateway/options.ts";
import { createSessionStarts } from "./gateway/session-starts.ts";
import { registerAttachmentFiles } from "./http/attachment-files.ts";
import { registerDiscordApi } from "./http/discord-api.ts";
import { registerPage } from "./http/page.ts";
import { createServer } from "./http/server.ts";
import type { Services } from "./http/services.ts";
import { failLateInteractions } from "./interactions/settle-interaction.ts";
import { createInvalidRequests } from "./limits/invalid-requests.ts";
import { createLimiter } from "./limits/limiter.ts";
import type { LimitProfile } from "./limits/profile.ts";
import { createMonotonicClock } from "./monotonic-clock.ts";
import { createRandom } from "./random.ts";
import { ROUTES } from "./routes/routes.ts";
import { createSnowflakes, toDiscordClock } from "./snowflake.ts";
import { openDatabase } from "./state/database.ts";
import { openGuild } from "./state/open-guild.ts";
import { createPresenter } from "./state/present.ts";
import { createState } from "./state/state.ts";

/** Client libraries check for 68 characters of `[A-Za-z0-9_-]`. */
const WEBHOOK_TOKEN_LENGTH = 68;

/** Seen by users of Discord; it is documented that there is a limit, not which. */
const MAX_ACTIVE_THREAD_COUNT = 1000;

/** How to start an emulator. */
export interface EmulatorOptions extends GatewayOptions {
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Where everything is kept; without it, in memory until `close`. Created when missing. */
  readonly dataDir?: string;
  /** @default "documented" */
  readonly limits?: LimitProfile;
  /** Epoch milliseconds. @default Date.now, and a clock that never steps back for rate limits */
  readonly now?: () => number;
  /**
   * How long Discord remembers nonces, milliseconds; it documents "the past few minutes". At least 0. @default 300000
   */
  readonly nonceWindowMs?: number;
  /** Threads of a guild that may be active at once. @default 1000 */
  readonly maxActiveThreadCount?: number;
  /**
   * How far the clock that answers tell (`X-RateLimit-Reset`, `Date`) runs ahead of `now`, milliseconds; negative when it
   * runs behind. @default 0
   */
  readonly clockSkewMs?: number;
  /** Makes ids, tokens and the luck of faults repeatable (with a repeatable clock). */
  readonly seed?: number;
}

/** A running emulator. */
export interface DiscordEmulator {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string;
  readonly description: EmulatorDescription;
  /** Exchanges the rate limits. Counters start again. */
  setLimits(profile: LimitProfile): void;
  /** Stops listening, cuts open connections, also those that an injected latency holds, and frees the data directory. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts a local Discord and resolves when it answers.
 *
 * Rejects with a `TocsinError`: `EMULATOR_DATA_DIR_LOCKED` when another emulator uses the data directory,
 * `EMULATOR_DATA_UNREADABLE` when it holds something else, `EMULATOR_LISTEN_FAILED` when the address cannot be had.
 */
export async function startDiscordEmulator(options: EmulatorOptions = {}): Promise<DiscordEmulator> {
  const { host = "127.0.0.1", port = 0 } = options;
  const now = toDiscordClock(options.now ?? Date.now);
  const bus = createDispatchBus();
  const snowflakes = createSnowflakes(now);
  const database = openDatabase(options.dataDir);
  const state = createState(database, snowflakes, bus, now, options.nonceWindowMs);
  const createToken = (id: string) => createRandom(options.seed, `webhook ${id}`).token(WEBHOOK_TOKEN_LENGTH);
  const randomFor = (purpose: string) => createRandom(options.seed, purpose);
  const identity = openGuild({ database, state, snowflakes, random: randomFor("identity"), createToken });
  // What a killed emulator has left behind must not lead anybody to its old address.
  if (options.dataDir !== undefined) await removeDescription(options.dataDir);

  const app = createServer();
  const baseUrl = () => toUrl(host, (app.server.address() as AddressInfo).port);
  const presenterFor = (userId: string) => createPresenter(state, userId, baseUrl);
  const presenter = presenterFor(identity.botUserId);
  const limitNow = options.now === undefined ? createMonotonicClock() : now;
  const limits = {
    profile: options.limits ?? "documented",
    limiter: createLimiter(options.limits ?? "documented", limitNow),
  };
  const isLimited = () => limits.profile !== "off";
  const settings = toGatewaySettings(options);
  const sessionStarts = createSessionStarts(limitNow, isLimited, settings.maxConcurrency);
  const { maxActiveThreadCount = MAX_ACTIVE_THREAD_COUNT } = options;
  const world: World = {
    state,
    identity,
    baseUrl,
    presenter,
    presenterFor,
    createToken,
    randomFor,
    maxActiveThreadCount,
    sessionStarts,
  };
  const outbox = createOutbox(options.events ?? "after");
  const gateway = createGateway({ world, bus, outbox, starts: sessionStarts, settings, now: limitNow, isLimited });
  const closer = new AbortController();
  // Each sleeping request listens.
  setMaxListeners(0, closer.signal);
  const services: Services = {
    world,
    limits,
    faults: createFaultInjector(createRandom(options.seed, "faults").fraction),
    journal: createJournal(),
    outbox,
    invalidRequests: createInvalidRequests(limitNow),
    clockSkewMs: options.clockSkewMs ?? 0,
    closing: closer.signal,
  };
  function setLimits(profile: LimitProfile): void {
    limits.profile = profile;
    limits.limiter = createLimiter(profile, limitNow);
  }
  bus.listen(({ t }) => {
    if (t === "MESSAGE_CREATE") services.journal.noteMessage();
  });
  app.addHook("onRequest", async () => {
    archiveIdleThreads(world);
    failLateInteractions(world);
  });
  registerDiscordApi(app, services, ROUTES);
  registerControl(app, services, bus, gateway, setLimits);
  registerAttachmentFiles(app, state);
  registerPage(app);
  gateway.attach(app.server);

  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    database.close();
    throw new TocsinError(`cannot listen on ${host}:${port}`, { code: "EMULATOR_LISTEN_FAILED", cause });
  }
  const url = baseUrl();
  let closing: Promise<void> | undefined;
  return {
    url,
    description: describeEmulator(world),
    setLimits,
    close() {
      closer.abort();
      closing ??= gateway
        .close()
        .then(() => app.close())
        .then(() => database.close());
      return closing;
    },
  };
}

function toUrl(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
