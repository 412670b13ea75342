import swagger from "@fastify/swagger";
import { fastify } from "fastify";
import { describe, expect, test } from "vitest";
import { relayPlugin } from "../src/index.ts";
import { createFakeEngine, credentialsOf } from "./fake-engine.ts";

async function createHost() {
  const engine = createFakeEngine();
  const host = fastify();
  host.setErrorHandler((_error, _request, reply) => reply.code(418).send("host error"));
  host.setNotFoundHandler((_request, reply) => reply.code(404).send("host 404"));
  host.addContentTypeParser("text/csv", { parseAs: "string" }, (_request, body, done) => done(null, { csv: body }));
  host.post("/own", async (request) => request.body);
  host.get("/own/broken", async () => {
    throw new Error("host");
  });
  host.get(
    "/own/query",
    { schema: { querystring: { type: "object", properties: { n: { type: "number" } } } } },
    (request) => Promise.resolve(request.query),
  );
  await host.register(relayPlugin, { engine, prefix: "/tocsin" });
  return { host, engine };
}

describe("inside a server of somebody else's", () => {
  test("the relay's routes work below the prefix", async () => {
    const { host, engine } = await createHost();
    const headers = credentialsOf("send", "read");
    const created = await host.inject({ method: "POST", url: "/tocsin/alerts", headers, payload: { title: "x" } });
    expect(created.statusCode).toBe(201);
    expect(engine.accepted).toHaveLength(1);
    const missing = await host.inject({ url: "/tocsin/alerts/alt_9", headers });
    expect(missing.json().error.code).toBe("alert_not_found");
    const unknown = await host.inject({ url: "/tocsin/nothing" });
    expect(unknown.json().error.code).toBe("not_found");
    const csv = await host.inject({
      method: "POST",
      url: "/tocsin/alerts",
      headers: { ...headers, "content-type": "text/csv" },
      payload: "a,b",
    });
    expect(csv.statusCode).toBe(415);
  });

  test("the server's own routes, errors, 404s, parsers and validation stay as they were", async () => {
    const { host } = await createHost();
    const csv = await host.inject({
      method: "POST",
      url: "/own",
      headers: { "content-type": "text/csv" },
      payload: "a,b",
    });
    expect(csv.json()).toEqual({ csv: "a,b" });
    const doubled = await host.inject({
      method: "POST",
      url: "/own",
      headers: { "content-type": "application/json" },
      payload: '{"a":1,"a":2}',
    });
    expect(doubled.json()).toEqual({ a: 2 });
    expect((await host.inject({ url: "/own/broken" })).body).toBe("host error");
    expect((await host.inject({ url: "/nothing" })).body).toBe("host 404");
    expect((await host.inject({ url: "/own/query?n=1.5" })).json()).toEqual({ n: 1.5 });
    for (const url of ["/healthz", "/docs", "/openapi.json"])
      expect((await host.inject({ url })).body).toBe("host 404");
  });

  test("two relays under two prefixes do not meet", async () => {
    const { host, engine } = await createHost();
    const other = createFakeEngine();
    await host.register(relayPlugin, { engine: other, prefix: "/other" });
    await host.inject({
      method: "POST",
      url: "/other/alerts",
      headers: credentialsOf("send"),
      payload: { title: "x" },
    });
    expect([engine.accepted.length, other.accepted.length]).toEqual([0, 1]);
  });

  test("without a prefix unknown paths stay the server's", async () => {
    const host = fastify();
    host.setNotFoundHandler((_request, reply) => reply.code(404).send("host 404"));
    await host.register(relayPlugin, { engine: createFakeEngine() });
    expect((await host.inject({ url: "/nothing" })).body).toBe("host 404");
    expect((await host.inject({ url: "/alerts" })).json().error.code).toBe("unauthorized");
  });

  test("the server's own OpenAPI document shows the relay's routes", async () => {
    const host = fastify();
    await host.register(swagger, { openapi: { openapi: "3.1.0", info: { title: "host", version: "1" } } });
    await host.register(relayPlugin, { engine: createFakeEngine(), prefix: "/tocsin" });
    await host.ready();
    expect(Object.keys(host.swagger().paths ?? {})).toEqual(["/tocsin/alerts", "/tocsin/alerts/{id}"]);
  });
});
