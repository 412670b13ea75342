import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { openPostgresStore } from "@tocsin/store";
import { expect, onTestFinished, test } from "vitest";

test("a server that takes connections and says nothing keeps no store from closing", async () => {
  const asked = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    // Reads, says nothing, and hangs up when the other side does: what is no Postgres at all may do so.
    socket.on("data", () => asked.resolve()).on("error", () => {});
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const store = openPostgresStore({ url: `postgres://postgres@127.0.0.1:${port}/test`, migrations: [] });
  const ready = store.ready().catch((error: unknown) => error);
  await asked.promise;
  await store.close();
  expect(await ready).toMatchObject({ code: "STORE_CLOSED" });
});
