import { once } from "node:events";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Identity } from "./certificates.ts";

/** What else a {@link TlsServer} does. */
export interface TlsServerOptions {
  /** It takes only clients with a certificate of this authority. */
  readonly clientAuthorityPem?: string;
  readonly maxVersion?: NonNullable<ServerOptions["maxVersion"]>;
  /** Reads requests and cuts the connection. */
  readonly cutsRequests?: boolean;
}

/** A server behind TLS that answers every request with a Discord message. */
export interface TlsServer extends AsyncDisposable {
  readonly port: number;
  /** The name in the certificate that each request's client showed, or undefined. */
  readonly clientNames: readonly (string | undefined)[];
}

/** Starts one that shows this certificate. */
export async function startTlsServer(
  { certPem, keyPem }: Identity,
  { clientAuthorityPem, maxVersion, cutsRequests = false }: TlsServerOptions = {},
): Promise<TlsServer> {
  const clientNames: (string | undefined)[] = [];
  const asksClients = clientAuthorityPem === undefined ? {} : { ca: clientAuthorityPem, requestCert: true };
  const versions = maxVersion === undefined ? {} : { maxVersion };
  const server = createServer({ cert: certPem, key: keyPem, ...asksClients, ...versions }, (request, response) => {
    const name = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
    clientNames.push(Array.isArray(name) ? name[0] : name);
    request.resume();
    request.once("end", () => {
      if (cutsRequests) return void request.socket.destroy();
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"id":"345678901234567890","channel_id":"678901234567890123"}');
    });
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    clientNames,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
