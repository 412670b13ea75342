import type { FastifyInstance } from "fastify";
import { isSnowflake } from "../snowflake.ts";
import type { State } from "../state/state.ts";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/**
 * Serves uploaded files, in the place of Discord's CDN. Nothing but pictures is shown by a browser: an uploaded page
 * must not run as a page of the emulator.
 */
export function registerAttachmentFiles(app: FastifyInstance, state: State): void {
  app.get<{ Params: { id: string } }>("/attachments/:channel/:id/:name", (request, reply) => {
    const { id } = request.params;
    const file = isSnowflake(id) ? state.attachments.get(id) : undefined;
    if (!file) return reply.code(404).type("text/plain").send("No such file.\n");
    const type = file.contentType ?? "";
    const isPicture = PICTURES.has(type);
    return reply
      .headers({
        "content-type": isPicture ? type : "application/octet-stream",
        "content-disposition": isPicture ? "inline" : "attachment",
        "x-content-type-options": "nosniff",
      })
      .send(Buffer.from(file.content));
  });
}
