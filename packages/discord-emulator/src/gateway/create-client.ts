import type { RawData, WebSocket } from "ws";
import { isJsonObject, parseJson } from "../json.ts";
import { createWindowLog } from "../limits/window-log.ts";
import { answer } from "./answer.ts";
import type { Client, ClientTerms } from "./client.ts";
import { createConnection } from "./connection.ts";
import type { GatewayContext } from "./context.ts";
import { CLOSE, endsSession, OP } from "./opcodes.ts";

/** The 101 and HELLO must not share a segment: some clients lose what comes with the 101. */
const HELLO_DELAY_MS = 10;
const MAX_PAYLOAD_BYTES = 4096;
const MAX_SEND_COUNT = 120;
const SEND_WINDOW_MS = 60_000;
/** A client that is silent for so many heartbeat intervals is taken for dead. */
const SILENT_INTERVALS = 1.5;

/** Talks to a client from HELLO to the end of its connection. */
export function createClient(
  context: GatewayContext,
  socket: WebSocket,
  { version, compression }: ClientTerms,
): Client {
  const { sessions, settings } = context;
  const connection = createConnection(socket, compression);
  const sends = createWindowLog(MAX_SEND_COUNT, SEND_WINDOW_MS);
  let isFrozen = false;
  let isGreeted = false;

  const silence = setTimeout(
    () => close(CLOSE.sessionTimedOut),
    settings.heartbeatIntervalMs * SILENT_INTERVALS,
  ).unref();

  /** Leaves the session to whoever resumes it, or ends it. */
  function leave(code: number, side: "client" | "server"): void {
    const { session } = client;
    client.session = undefined;
    if (session?.reader !== reader) return;
    sessions.detach(session);
    if (endsSession(code, side)) sessions.end(session);
  }

  function close(code: number): void {
    clearTimeout(silence);
    leave(code, "server");
    connection.close(code);
  }

  const reader = {
    wake: () => connection.wake(),
    readSeq: () => connection.readSeq(),
    dismiss(code: number | undefined) {
      client.session = undefined;
      clearTimeout(silence);
      if (code === undefined) connection.cut();
      else connection.close(code);
    },
  };

  const client: Client = {
    connection,
    version,
    session: undefined,
    read(session, seq) {
      const previous = session.reader;
      session.reader = reader;
      client.session = session;
      previous?.dismiss(CLOSE.unknownError);
      connection.follow(session, seq);
    },
    close,
    invalidate(isResumable) {
      const { session } = client;
      client.session = undefined;
      connection.unfollow();
      connection.send({ op: OP.invalidSession, d: isResumable });
      if (!session) return;
      sessions.detach(session);
      if (!isResumable) sessions.end(session);
    },
    freeze() {
      isFrozen = true;
      clearTimeout(silence);
      connection.freeze();
      leave(CLOSE.unknownError, "server");
    },
  };

  const hello = setTimeout(greet, HELLO_DELAY_MS);

  function greet(): void {
    isGreeted = true;
    if (version === 9 || version === 10) {
      connection.send({ op: OP.hello, d: { heartbeat_interval: settings.heartbeatIntervalMs, _trace: [] } });
    } else close(CLOSE.invalidVersion);
  }

  function receive(data: RawData): void {
    // Who speaks first has seen the 101.
    if (!isGreeted) greet();
    clearTimeout(hello);
    if (isFrozen || !connection.isOpen()) return;
    const code = complain(data);
    if (code !== undefined) close(code);
  }

  /** Answers a message, or tells the code to close with. */
  function complain(data: RawData): number | undefined {
    if (context.isLimited() && !sends.take(context.now()).isAllowed) return CLOSE.rateLimited;
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
    const payload = bytes.length > MAX_PAYLOAD_BYTES ? undefined : parseJson(bytes.toString("utf8"))?.value;
    if (!isJsonObject(payload) || !Number.isInteger(payload.op)) return CLOSE.decodeError;
    if (payload.op === OP.heartbeat) silence.refresh();
    return answer(context, client, Number(payload.op), payload.d);
  }

  socket.on("message", receive);
  socket.on("error", () => {});
  socket.on("close", (code) => {
    clearTimeout(silence);
    clearTimeout(hello);
    if (!isFrozen) leave(code, "client");
  });
  return client;
}
