import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";

/**
 * Below the ports that systems give to outgoing connections. In there, another process's connection could hold the port
 * while a killed server is down, and a client that knocks again and again would one day connect to itself.
 */
const [MIN_PORT, MAX_PORT] = [20_000, 32_000];

/** A port on 127.0.0.1 that nothing listens on now, and that the system gives to nobody by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(MIN_PORT, MAX_PORT);
    const server = createServer();
    try {
      await once(server.listen(port, "127.0.0.1"), "listening");
    } catch {
      continue;
    }
    await promisify(server.close.bind(server))();
    return port;
  }
}
