import type { FastifyInstance } from "fastify";
import type { Dispatch, DispatchBus } from "../dispatch/bus.ts";

const HEARTBEAT_MS = 15_000;
/** A reader that is this far behind is cut off; it connects again and reads afresh. */
const MAX_BUFFER_BYTES = 1024 * 1024;

/**
 * `GET /events`: every dispatch as a server-sent event `{t, d}`, from the moment of connecting; `viewer_id` names the user
 * who alone sees it. No secrets.
 */
export function registerEventStream(app: FastifyInstance, bus: DispatchBus): void {
  app.get("/events", (_request, reply) => {
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.write(": connected\n\n");

    function send(text: string): void {
      if (response.writableLength > MAX_BUFFER_BYTES) response.destroy();
      else response.write(text);
    }
    const heartbeat = setInterval(() => send(": heartbeat\n\n"), HEARTBEAT_MS);
    heartbeat.unref();
    const stop = bus.listen((dispatch) => send(`data: ${JSON.stringify(toEvent(dispatch))}\n\n`));
    response.on("close", () => {
      clearInterval(heartbeat);
      stop();
    });
    response.on("error", () => response.destroy());
  });
}

function toEvent({ t, d, audience }: Dispatch): object {
  const viewer = audience?.viewerId === undefined ? {} : { viewer_id: audience.viewerId };
  if (audience?.kind !== "bot") return { t, d, ...viewer };
  // Whoever knows the token of an interaction may answer it: that is for the application alone.
  const { token: _, ...shown } = d as { readonly token?: string };
  return { t, d: shown, ...viewer };
}
