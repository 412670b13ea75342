import { connect } from "node:net";

/** Where to connect, what to say, and how to read the answer. */
export interface Question {
  readonly host: string;
  readonly port: number;
  readonly request: Uint8Array;
  /** Reads everything received until now: a verdict, or undefined while more has to come. */
  readonly judge: (answer: Buffer) => boolean | undefined;
  readonly timeoutMs: number;
}

/** Whether the server gave the wanted answer in time. No connection, a closed one and silence are false; it never rejects. */
export function askServer(question: Question): Promise<boolean> {
  const { host, port, request, judge, timeoutMs } = question;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port });
  const timer = setTimeout(() => resolve(false), timeoutMs);
  let answer = Buffer.alloc(0);
  socket.once("connect", () => socket.write(request));
  socket.on("data", (chunk) => {
    answer = Buffer.concat([answer, chunk]);
    const verdict = judge(answer);
    if (verdict !== undefined) resolve(verdict);
  });
  socket.on("error", () => resolve(false));
  socket.on("close", () => resolve(false));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
