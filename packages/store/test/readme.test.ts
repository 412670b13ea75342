import { runReadmeExample, sharedPostgres, skipUnless } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { postgresSchema } from "./postgres-schema.ts";

const packageDirectory = `${import.meta.dirname}/..`;
const postgres = await sharedPostgres();

test("the README's example runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory });
  expect(stdout).toBe("kept\n");
});

test.skipIf(skipUnless(postgres.isReachable, "Postgres"))("the README's example for Postgres runs", async () => {
  await using schema = postgresSchema(postgres.url);
  const { stdout } = await runReadmeExample({
    packageDirectory,
    index: 1,
    adapt: (code) =>
      code.replace("postgres://postgres@127.0.0.1:5432/test", postgres.url).replace("counter_example", schema.name),
  });
  expect(stdout).toBe("4\n");
});
