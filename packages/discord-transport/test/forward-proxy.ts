import { once } from "node:events";
import { createServer, request as forward, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** How a {@link ForwardProxy} behaves. */
export interface ForwardProxyOptions {
  /** `user:password` that it wants. @default none */
  readonly login?: string;
  /** Answers every request for a tunnel with this status, and opens none. */
  readonly refusesWith?: number;
  /** Takes requests for a tunnel and never answers. */
  readonly isSilent?: boolean;
  /** Cuts the connection when a tunnel is asked for. */
  readonly cutsTunnels?: boolean;
}

/** A proxy as offices have them: tunnels by CONNECT, and forwards requests with a whole address. */
export interface ForwardProxy extends AsyncDisposable {
  /** Host and port. */
  readonly host: string;
  /** Targets of tunnels that were asked for, `host:port`. */
  readonly tunnels: readonly string[];
  /** Addresses of requests that were forwarded. */
  readonly forwarded: readonly string[];
  /** The header `Proxy-Authorization` of every request to the proxy itself. */
  readonly logins: readonly (string | undefined)[];
}

/** Starts a proxy that leads to loopback addresses only. */
export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  const logins: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const isWelcome = (request: IncomingMessage): boolean => {
    const login = request.headers["proxy-authorization"];
    logins.push(login);
    return options.login === undefined || login === `Basic ${Buffer.from(options.login).toString("base64")}`;
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket.on("error", () => undefined));
    socket.once("close", () => sockets.delete(socket));
  };

  const server = createServer((request, response) => {
    if (!isWelcome(request)) {
      response
        .writeHead(407, { "proxy-authenticate": "Basic", "content-type": "text/html" })
        .end("<html>Log in</html>");
      return;
    }
    forwarded.push(request.url ?? "");
    const { "proxy-authorization": _login, ...headers } = request.headers;
    const upstream = forward(request.url ?? "", { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    request.pipe(upstream);
  });
  server.on("connection", keep);
  server.on("connect", (request, stream) => {
    const client = stream as Socket;
    const target = request.url ?? "";
    tunnels.push(target);
    if (!isWelcome(request)) return void client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    if (options.refusesWith !== undefined) return void client.end(`HTTP/1.1 ${options.refusesWith} No\r\n\r\n`);
    if (options.cutsTunnels) return void client.destroy();
    if (options.isSilent) return;
    const upstream = connect(Number(target.split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    keep(upstream);
    upstream.once("close", () => client.destroy());
    client.once("close", () => upstream.destroy());
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    forwarded,
    logins,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
