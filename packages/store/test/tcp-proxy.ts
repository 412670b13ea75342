import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What becomes of bytes on their way. */
export interface ProxyRules {
  /** Sees what the client sends; `cut` ends the connection, at once or when the server has answered. */
  readonly onRequest?: (bytes: Buffer) => "pass" | "cut" | "cut-after-answer";
  /** Whether answers come through. @default true */
  readonly answers?: () => boolean;
}

/** A connection to a server that a test can spoil. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
}

export async function startTcpProxy(
  target: number,
  { onRequest, answers = () => true }: ProxyRules,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    let isDoomed = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    client.on("data", (bytes) => {
      const verdict = onRequest?.(bytes) ?? "pass";
      if (verdict === "cut") return end();
      isDoomed ||= verdict === "cut-after-answer";
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (isDoomed) return end();
      if (answers()) client.write(bytes);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
