import { once } from "node:events";
import { createServer as createHttpServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";

/** One request as the stub saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What the stub answers. */
export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** Never answers. */
  readonly isSilent?: boolean;
}

/** A server that answers what the test says and remembers what it was asked. */
export interface StubServer extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  readonly connectionCount: number;
}

/** Starts an HTTP server for one test. */
export async function startStubServer(answer: (request: SeenRequest) => StubAnswer): Promise<StubServer> {
  const requests: SeenRequest[] = [];
  const server = createHttpServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const url = new URL(request.url ?? "/", "http://stub");
    const { method = "", headers } = request;
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const seen = { method, path: url.pathname, query: url.searchParams, headers, body };
    requests.push(seen);
    const { status = 200, headers: answerHeaders = {}, body: answerBody, delayMs = 0, isSilent } = answer(seen);
    if (isSilent) return;
    setTimeout(() => {
      const isText = typeof answerBody === "string" || answerBody === undefined;
      response.writeHead(status, isText ? answerHeaders : { "content-type": "application/json", ...answerHeaders });
      response.end(isText ? answerBody : JSON.stringify(answerBody));
    }, delayMs);
  });
  return await listen(server, requests);
}

/** Starts a TCP server for what no HTTP library does. `onData` gets every chunk together with its socket. */
export async function startRawServer(
  onData: (socket: Socket, text: string) => void,
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<StubServer> {
  const server = createTcpServer((socket) => {
    socket.setEncoding("utf8").on("error", () => undefined);
    socket.on("data", (text) => onData(socket, String(text)));
    onConnection(socket);
  });
  return await listen(server, []);
}

async function listen(server: Server, requests: readonly SeenRequest[]): Promise<StubServer> {
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  server.on("connection", (socket: Socket) => {
    connectionCount += 1;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    get connectionCount() {
      return connectionCount;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
