import { randomPrefix } from "@tocsin/testkit";
import { Client } from "pg";

/** A schema of a test's own in a server that is shared. */
export interface PostgresSchema extends AsyncDisposable {
  readonly name: string;
  remove(): Promise<void>;
  /** Runs a statement over a connection of its own, in that schema, as somebody else would. */
  run(statement: string): Promise<readonly Record<string, unknown>[]>;
}

export function postgresSchema(url: string): PostgresSchema {
  const name = randomPrefix();
  async function run(statement: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: url, options: `-c search_path=${name}` });
    await client.connect();
    try {
      const { rows } = await client.query(statement);
      return rows;
    } finally {
      await client.end();
    }
  }
  async function remove(): Promise<void> {
    await run(`drop schema if exists ${name} cascade`);
  }
  return { name, run, remove, [Symbol.asyncDispose]: remove };
}
