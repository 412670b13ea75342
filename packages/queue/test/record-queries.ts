import type { Store } from "@tocsin/store";
import { CompiledQuery, type KyselyPlugin, type QueryId, type RootOperationNode } from "kysely";

export interface QueryRecorder {
  /** The same store, each of whose statements is remembered. */
  readonly store: Store;
  /** Runs `work` and gives the plan of every statement that it made, without those that were planned before. */
  plansOf(work: () => Promise<unknown>): Promise<readonly Plan[]>;
}

export interface Plan {
  readonly statement: string;
  readonly lines: readonly string[];
}

/** Asks the database how it finds what the statements of a log ask for. */
export function recordQueries(store: Store): QueryRecorder {
  /** Parts of statements come by here too, but only statements have a result. */
  const seen = new Map<QueryId, RootOperationNode>();
  const recorded: { readonly node: RootOperationNode; readonly queryId: QueryId }[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      seen.set(queryId, node);
      return node;
    },
    async transformResult({ result, queryId }) {
      recorded.push({ node: seen.get(queryId) as RootOperationNode, queryId });
      return result;
    },
  };
  const explain = store.dialect === "postgres" ? "explain (costs off)" : "explain query plan";

  return {
    store: {
      ...store,
      read: store.read.withPlugin(plugin),
      write: (work) => store.write((tx) => work(tx.withPlugin(plugin))),
    },
    async plansOf(work) {
      recorded.length = 0;
      await work();
      const statements = new Map<string, CompiledQuery>();
      for (const { node, queryId } of recorded) {
        const query = store.read.getExecutor().compileQuery(node, queryId);
        statements.set(query.sql, query);
      }
      const plans: Plan[] = [];
      for (const [statement, { parameters }] of statements) {
        const query = CompiledQuery.raw(`${explain} ${statement}`, [...parameters]);
        const { rows } = await store.read.executeQuery<Record<string, unknown>>(query);
        plans.push({ statement, lines: rows.map((row) => String(row["QUERY PLAN"] ?? row.detail)) });
      }
      return plans;
    },
  };
}
