import { join } from "node:path";
import { type DiscordOperation, type Transport, WEBHOOK_CAPABILITIES } from "@tocsin/discord-transport";
import { createEngine, engineMigrations } from "@tocsin/engine";
import { openSqliteStore } from "@tocsin/store";
import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { buildRelay, createLogger } from "../src/index.ts";

/** A Discord that takes everything. */
function createFakeTransport(): Transport & { readonly operations: DiscordOperation[] } {
  const operations: DiscordOperation[] = [];
  return {
    operations,
    capabilities: WEBHOOK_CAPABILITIES,
    execute: async (operation) => {
      operations.push(operation);
      return { kind: "delivered", value: { channelId: "323456789012345678", messageId: "223456789012345678" } };
    },
    close: async () => {},
  };
}

test("an alert goes through the real engine, and its answers have the form that the fake's have", async () => {
  await using directory = await temporaryDirectory();
  const store = await openSqliteStore({
    file: join(directory.path, "alerts.sqlite"),
    migrations: engineMigrations,
  });
  const transport = createFakeTransport();
  const engine = createEngine({
    store,
    organizations: { default: { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] } },
  });
  const credentials = await engine.keys.create({ organizationId: "default", scopes: ["send", "read"] });
  const headers = { authorization: `Bearer ${credentials.key}:${credentials.secret}`, "idempotency-key": "disk-1" };
  const { app, close } = buildRelay({ engine, logger: createLogger({ level: "silent" }) });
  engine.start();
  try {
    const payload = { title: "Disk almost full", message: "91 %", monitor_id: "db1", channels: ["email"] };
    const created = await app.inject({ method: "POST", url: "/alerts", headers, payload });
    expect(created.statusCode).toBe(201);
    const { data } = created.json();
    expect(data).toMatchObject({ title: "Disk almost full", severity: "info", resolved_at: null, revision: 1 });

    const replayed = await app.inject({ method: "POST", url: "/alerts", headers, payload });
    expect([replayed.statusCode, replayed.headers["idempotency-replayed"]]).toEqual([201, "true"]);
    const other = await app.inject({ method: "POST", url: "/alerts", headers, payload: { title: "another" } });
    expect(other.statusCode).toBe(422);

    const shown = await waitFor(async () => {
      const response = await app.inject({ url: `/alerts/${data.id}`, headers });
      const { notifications } = response.json().data;
      return notifications.some(({ status }: { status: string }) => status === "delivered") ? notifications : undefined;
    });
    expect(shown).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ channel: "discord", destination: "alerts", message_id: "223456789012345678" }),
        { channel: "email", status: "skipped", sent_at: null },
      ]),
    );
    expect(transport.operations).toHaveLength(1);

    const list = await app.inject({ url: "/alerts?monitor_id=db1&status=active", headers });
    expect(list.json().meta).toEqual({ page: 1, per_page: 20, total: 1 });
    const unauthorized = await app.inject({
      url: "/alerts",
      headers: { authorization: `Bearer ${credentials.key}:wrong` },
    });
    expect(unauthorized.statusCode).toBe(401);
    expect((await app.inject({ url: "/readyz" })).json()).toMatchObject({ status: "ready", open_delivery_count: 0 });
  } finally {
    await close(1000);
    await store.close();
  }
});
