import type { WebSocket } from "ws";
import { type Compression, createEncoder, type Encoder } from "./encoder.ts";
import { closeReason } from "./opcodes.ts";
import type { Session } from "./session.ts";

/** No more than this waits in the socket; the rest stays in the session's log, which all its readers share. */
const SOCKET_BYTES = 256 * 1024;
/** A client that asks for so many answers and does not read them is cut off. */
const MAX_WAITING_COUNT = 10_000;
/** A reader whose session is so many characters ahead of it is cut off. */
const MAX_BACKLOG_CHARS = 4 * 1024 * 1024;
/** How long a client may take to answer a close before its connection is cut. */
const CLOSE_TIMEOUT_MS = 3000;

/** One WebSocket of a client. It sends its own payloads first, then what is new in the session that it follows. */
export interface Connection {
  /** Sends a payload that is no dispatch. */
  send(payload: { readonly op: number; readonly d?: unknown }): void;
  /** From now on sends the dispatches of `session` after `seq`. What is there already may be of any size; of what comes later no more than 4 Mi characters may wait. */
  follow(session: Session, seq: number): void;
  /** Stops sending dispatches. */
  unfollow(): void;
  /** There is more in the session's log. */
  wake(): void;
  /** The number of the last dispatch that was sent. */
  readSeq(): number;
  /** Closes with a code and the words that Discord has for it; nothing is sent any more. */
  close(code: number): void;
  /** Cuts the connection without a word. */
  cut(): void;
  /** Stops reading and writing for good, as if the other side's cable were pulled: nobody is told. */
  freeze(): void;
  /** Compresses each payload by itself from now on, unless the whole connection is compressed. */
  compressPayloads(): void;
  isOpen(): boolean;
  /** Whether nothing is being compressed for it: what is due is with the socket, or waits for its reader. */
  isIdle(): boolean;
}

/** Takes over an open WebSocket; what it receives is the caller's to listen for. */
export function createConnection(socket: WebSocket, compression: Compression): Connection {
  let encoder: Encoder = createEncoder(compression);
  const payloads: string[] = [];
  let session: Session | undefined;
  let sentSeq = 0;
  let patientUntilSeq = 0;
  let isEncoding = false;
  let waitingPongCount = 0;
  let isOver = false;

  /** The next text to send; cuts a reader to whom something was not sent before it was forgotten. */
  function next(): string | undefined {
    const payload = payloads.shift();
    if (payload !== undefined || !session) return payload;
    if (sentSeq === session.log.lastSeq()) return undefined;
    if (!session.log.reachesBackTo(sentSeq)) {
      giveUp();
      return undefined;
    }
    sentSeq += 1;
    return session.log.frame(sentSeq);
  }

  function pump(): void {
    while (!isOver && !isEncoding && socket.bufferedAmount < SOCKET_BYTES) {
      const text = next();
      if (text === undefined) return;
      isEncoding = true;
      let isLater = false;
      encoder.encode(text, (message) => {
        isEncoding = false;
        if (!isOver) socket.send(message, pump);
        if (isLater) pump();
      });
      isLater = true;
    }
  }

  function stop(): void {
    isOver = true;
    session = undefined;
    payloads.length = 0;
  }

  /** Cuts a reader that cannot keep up. It may go on where it stands. */
  function giveUp(): void {
    session?.log.hold();
    cut();
  }

  function cut(): void {
    stop();
    socket.terminate();
  }

  socket.on("ping", (data) => {
    waitingPongCount += 1;
    socket.pong(data, false, () => {
      waitingPongCount -= 1;
    });
    if (waitingPongCount > MAX_WAITING_COUNT) giveUp();
  });
  socket.on("close", () => {
    stop();
    encoder.close();
  });

  return {
    send(payload) {
      if (isOver) return;
      payloads.push(JSON.stringify({ t: null, s: null, op: payload.op, d: payload.d ?? null }));
      pump();
      if (payloads.length > MAX_WAITING_COUNT) giveUp();
    },
    follow(followed, seq) {
      session = followed;
      sentSeq = seq;
      patientUntilSeq = followed.log.lastSeq();
      pump();
    },
    unfollow() {
      session = undefined;
    },
    wake() {
      pump();
      if (!session || sentSeq < patientUntilSeq) return;
      // While the socket takes more, it is compression that is behind, which is not the client's fault.
      const isStuck = socket.bufferedAmount >= SOCKET_BYTES;
      if (isStuck && session.log.charsAfter(sentSeq) > MAX_BACKLOG_CHARS) giveUp();
    },
    close(code) {
      if (isOver) return;
      stop();
      socket.close(code, closeReason(code));
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    },
    readSeq: () => sentSeq,
    cut,
    freeze() {
      stop();
      socket.pause();
    },
    compressPayloads() {
      if (compression === "none") encoder = createEncoder("payload");
    },
    isOpen: () => !isOver,
    isIdle: () => isOver || !isEncoding,
  };
}
