import { engineMigrations } from "@tocsin/engine";
import { openPostgresStore, type Store } from "@tocsin/store";
import type { DatabaseConfig } from "../config/config.ts";
import type { ServiceChange } from "./backends.ts";
import { addressOf } from "./service-address.ts";
import { createServiceState, type ServiceState } from "./service-state.ts";

const DEFAULT_PORT = 5432;

/** Opens Postgres at once, whether or not it is there. Throws `STORE_OPTION_INVALID`. */
export function openPostgres(
  config: DatabaseConfig,
  onChange: (change: ServiceChange) => void,
): { readonly store: Store; readonly state: ServiceState } {
  const state = createServiceState({
    service: "postgres",
    title: `Postgres at ${addressOf(config.url, DEFAULT_PORT)}`,
    consequence: "alerts are refused, and nothing is delivered, until it is back",
    onChange,
  });
  const store = openPostgresStore({
    ...config,
    migrations: engineMigrations,
    onStateChange: (change) => {
      if (change.state === "available") state.recovered("connection");
      else state.failed("connection", change.error);
    },
  });
  return { store, state };
}
