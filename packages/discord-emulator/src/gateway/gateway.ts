import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { World } from "../actions/world.ts";
import type { DispatchBus } from "../dispatch/bus.ts";
import type { Outbox } from "../dispatch/outbox.ts";
import { isTrustedHost } from "../http/host-guard.ts";
import type { Client } from "./client.ts";
import type { GatewayContext } from "./context.ts";
import { createClient } from "./create-client.ts";
import { TRANSPORT_COMPRESSIONS } from "./encoder.ts";
import { createFanOut } from "./fan-out.ts";
import { createGatewayFaults, type GatewayFaults } from "./faults.ts";
import { CLOSE, OP } from "./opcodes.ts";
import type { GatewaySettings } from "./options.ts";
import { createMemberRequests } from "./request-members.ts";
import { createScrambler } from "./scramble.ts";
import type { Session } from "./session.ts";
import type { SessionStarts } from "./session-starts.ts";
import { createSessions } from "./sessions.ts";

/** Beyond this a message of a client is not even read to its end; from 4 KiB on it is refused with 4002. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** How long clients are given to take leave when the emulator closes. */
const FAREWELL_MS = 50;

/** What the Gateway stands on. */
export interface GatewayParts {
  readonly world: World;
  readonly bus: DispatchBus;
  readonly outbox: Outbox;
  readonly starts: SessionStarts;
  readonly settings: GatewaySettings;
  readonly now: () => number;
  readonly isLimited: () => boolean;
}

/** Which clients somebody means: all, those of one bot, or of one session, named by how its id begins. */
export interface ClientFilter {
  readonly botId?: string;
  readonly sessionId?: string;
}

/** The Gateway of the emulator. */
export interface Gateway {
  readonly faults: GatewayFaults;
  readonly outbox: Outbox;
  /** All sessions, also those that nobody reads at the moment. */
  sessions(): readonly Session[];
  /** Connected clients, also those that have not identified, unless the filter asks for a bot or session. */
  clients(filter?: ClientFilter): readonly Client[];
  /** Sends a payload that is no dispatch. */
  send(client: Client, op: keyof typeof OP, d?: unknown): void;
  /** Ends the sessions that are meant, connected or not, and closes their connections with `code`; returns how many. */
  end(filter: ClientFilter, code: number): number;
  setAvailable(guildId: string, isAvailable: boolean): void;
  /** Takes the WebSocket connections of a server. */
  attach(server: Server): void;
  /** Sends all clients away so that they may come again, and cuts who does not go. */
  close(): Promise<void>;
}

export function createGateway({ world, bus, outbox, starts, settings, now, isLimited }: GatewayParts): Gateway {
  const sessions = createSessions(now, settings.resumeWindowMs);
  const fanOut = createFanOut(world, sessions);
  const faults = createGatewayFaults(world.randomFor("gateway faults").fraction);
  const scrambler = createScrambler(outbox, faults);
  const members = createMemberRequests(world.state, now, isLimited);
  const random = world.randomFor("gateway sessions");
  const context: GatewayContext = {
    world,
    settings,
    sessions,
    starts,
    faults,
    fanOut,
    members,
    random,
    now,
    isLimited,
  };
  // Compression by WebSocket frames is offered by many clients; Discord has its own.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // A connection answers pings itself, and counts those that nobody reads.
    autoPong: false,
  });
  const clients = new Set<Client>();
  let isClosed = false;

  outbox.isSent = () => [...clients].every(({ connection }) => connection.isIdle());
  const stopListening = bus.listen((dispatch) => {
    const deliver = fanOut.prepare(dispatch);
    if (deliver) scrambler.push(dispatch.t, deliver);
  });

  function accept(socket: WebSocket, query: URLSearchParams): void {
    const compression = TRANSPORT_COMPRESSIONS.find((name) => name === query.get("compress")) ?? "none";
    const client = createClient(context, socket, { version: Number(query.get("v") ?? 10), compression });
    clients.add(client);
    socket.on("close", () => clients.delete(client));
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const url = URL.parse(request.url ?? "/", "http://localhost");
    const complaint = refuseUpgrade(request, url);
    if (isClosed || faults.strike("refuse_connections", {})) {
      socket.destroy();
      return;
    }
    if (!url || complaint) refuse(socket, complaint ?? "400 Bad Request");
    else sockets.handleUpgrade(request, socket, head, (opened) => accept(opened, url.searchParams));
  }

  const matches = (session: Session | undefined, { botId, sessionId }: ClientFilter) =>
    (botId === undefined || session?.botId === botId) &&
    (sessionId === undefined || session?.id.startsWith(sessionId) === true);

  return {
    faults,
    outbox,
    sessions: () => sessions.list(),
    clients: (filter = {}) => [...clients].filter(({ session }) => matches(session, filter)),
    send: ({ connection }, op, d) => connection.send({ op: OP[op], d }),
    end(filter, code) {
      const met = sessions.list().filter((session) => matches(session, filter));
      for (const session of met) sessions.end(session, code);
      return met.length;
    },
    setAvailable: fanOut.setAvailable,
    attach: (server) => void server.on("upgrade", upgrade),
    async close() {
      isClosed = true;
      stopListening();
      outbox.close();
      scrambler.close();
      if (clients.size === 0) return;
      for (const client of clients) client.close(CLOSE.unknownError);
      await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
      for (const { connection } of clients) connection.cut();
    },
  };
}

/** What is wrong with a request for a WebSocket, as a status line. */
function refuseUpgrade({ headers }: IncomingMessage, url: URL | null): string | undefined {
  if (headers.upgrade?.toLowerCase() !== "websocket") return "426 Upgrade Required";
  if (!isTrustedHost(headers.host)) return "421 Misdirected Request";
  const compression = url?.searchParams.get("compress") ?? null;
  const isKnown = compression === null || (TRANSPORT_COMPRESSIONS as readonly string[]).includes(compression);
  // Erlang's encoding is not emulated.
  return isKnown && (url?.searchParams.get("encoding") ?? "json") === "json" ? undefined : "400 Bad Request";
}

function refuse(socket: Duplex, status: string): void {
  // Nobody else ends the connection of a client that keeps its half open: the HTTP server has given it away.
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}
