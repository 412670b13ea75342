import { Value } from "typebox/value";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestRelay } from "./create-test-relay.ts";
import { credentialsOf } from "./fake-engine.ts";

interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: object };
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content: { "application/json": { schema: object } } }>>;
}

interface OpenapiDocument {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly components: { readonly schemas: Readonly<Record<string, object>>; readonly securitySchemes: object };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let document: OpenapiDocument;

beforeAll(async () => {
  const { app } = createTestRelay({ version: "1.2.3" });
  document = (await app.inject({ url: "/openapi.json" })).json();
});

/** A schema of the document with its references replaced. */
function resolved(schema: unknown): object {
  return JSON.parse(
    JSON.stringify(schema, (_key, value) => {
      const name = /^#\/components\/schemas\/(.+)$/.exec((value as { $ref?: string } | null)?.$ref ?? "")?.[1];
      return name === undefined ? value : document.components.schemas[name];
    }),
  );
}

describe("GET /openapi.json", () => {
  test("describes every route of the relay", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.version).toBe("1.2.3");
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(operations.sort()).toEqual([
      "get /alerts",
      "get /alerts/{id}",
      "get /healthz",
      "get /readyz",
      "post /alerts",
    ]);
  });

  test("says which credentials a route needs", () => {
    expect(Object.keys(document.components.securitySchemes)).toEqual(["apiKey", "apiSecret", "bearer"]);
    const both = [{ apiKey: [], apiSecret: [] }, { bearer: [] }];
    expect(document.paths["/alerts"]?.post?.security).toEqual(both);
    expect(document.paths["/alerts"]?.get?.security).toEqual(both);
    expect(document.paths["/healthz"]?.get?.security).toBeUndefined();
  });

  test("lists every status that a route answers", () => {
    const statuses = (path: string, method: string) => Object.keys(document.paths[path]?.[method]?.responses ?? {});
    expect(statuses("/alerts", "post")).toEqual(["200", "201", "400", "401", "403", "413", "415", "422", "500", "503"]);
    expect(statuses("/alerts", "get")).toEqual(["200", "400", "401", "403", "500", "503"]);
    expect(statuses("/alerts/{id}", "get")).toEqual(["200", "401", "403", "404", "500", "503"]);
  });

  test("names its schemas, and every reference in it leads somewhere", () => {
    expect(Object.keys(document.components.schemas).sort()).toEqual(["Alert", "Error", "Notification"]);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references)
      expect(reference).toMatch(/^#\/components\/schemas\/(Alert|Error|Notification)$/);
  });

  test("shows the fields of an alert that is raised and the query of the list", () => {
    const body = JSON.stringify(document.paths["/alerts"]?.post?.requestBody);
    for (const field of ["title", "severity", "dedup_key", "action_hint"]) expect(body).toContain(`"${field}"`);
    expect(document.paths["/alerts"]?.get?.parameters?.map(({ name }) => name)).toEqual([
      "page",
      "per_page",
      "status",
      "severity",
      "monitor_id",
    ]);
  });

  test("describes the answers as they are", async () => {
    const { app, engine } = createTestRelay();
    engine.notifications = [
      { channel: "discord", status: "pending", sentAt: null, destination: "alerts" },
      { channel: "discord", status: "failed", sentAt: null, destination: "b", reason: "timeout", mayBeDelivered: true },
    ];
    const headers = credentialsOf("send", "read");
    const alert = { title: "x", monitor_id: "m", context: { a: 1 }, links: [{ url: "https://example.org/" }] };
    const seen: [string, string, string][] = [];
    for (const [method, url, path, payload, credentials] of [
      ["POST", "/alerts", "/alerts", alert, headers],
      ["POST", "/alerts", "/alerts", {}, headers],
      ["GET", "/alerts", "/alerts", undefined, headers],
      ["GET", "/alerts", "/alerts", undefined, {}],
      ["GET", "/alerts/alt_1", "/alerts/{id}", undefined, headers],
      ["GET", "/alerts/alt_9", "/alerts/{id}", undefined, headers],
      ["GET", "/healthz", "/healthz", undefined, {}],
      ["GET", "/readyz", "/readyz", undefined, {}],
    ] as const) {
      const response = await app.inject({ method, url, headers: credentials, ...(payload ? { payload } : {}) });
      const described = document.paths[path]?.[method.toLowerCase()]?.responses[String(response.statusCode)];
      const schema = resolved(described?.content["application/json"].schema);
      expect([...Value.Errors(schema, response.json())], `${method} ${url} ${response.statusCode}`).toEqual([]);
      seen.push([method, url, String(response.statusCode)]);
    }
    expect(seen.map(([, , status]) => status)).toEqual(["201", "400", "200", "401", "200", "404", "200", "200"]);
  });
});

test("shows links that look like links", () => {
  expect(document.components.schemas).toMatchObject({
    Alert: { properties: { links: { examples: [[{ url: expect.stringMatching(/^https:\/\//) }]] } } },
  });
});

describe("GET /docs", () => {
  test("loads nothing from elsewhere", async () => {
    const { app } = createTestRelay();
    const page = await app.inject({ url: "/docs" });
    expect(page.headers["content-type"]).toContain("text/html");
    expect(page.headers["content-security-policy"]).toContain("default-src 'self'");
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => String(address));
    expect(assets.length).toBeGreaterThan(3);
    for (const address of assets) {
      expect(address).toMatch(/^\/docs\//);
      expect((await app.inject({ url: address })).statusCode).toBe(200);
    }
  });
});
