import { afterEach, describe, expect, test, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { sharedPostgres, sharedRedis } from "./shared-services.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const services = [
  { name: "Redis", ask: sharedRedis, variable: "REDIS_URL", address: "redis://127.0.0.1:6379" },
  {
    name: "Postgres",
    ask: sharedPostgres,
    variable: "DATABASE_URL",
    address: "postgres://postgres@127.0.0.1:5432/test",
  },
];

describe.each(services)("the shared $name", ({ ask, variable, address }) => {
  test("is where everybody runs it, unless the environment says otherwise", async () => {
    vi.stubEnv(variable, "");
    expect((await ask()).url).toBe(address);
  });

  test("is not reachable where nobody listens", async () => {
    const url = `any://127.0.0.1:${await freePort()}`;
    vi.stubEnv(variable, url);
    expect(await ask()).toEqual({ url, isReachable: false });
  });

  test("is asked once in a process", async () => {
    vi.stubEnv(variable, `any://127.0.0.1:${await freePort()}`);
    expect(await ask()).toBe(await ask());
  });
});
