import { postgresAnswers, redisAnswers } from "./server-answers.ts";

/** A server that the tests of many packages use side by side. Keep to a key prefix or a schema of your own, and remove it. */
export interface SharedService {
  readonly url: string;
  /** Whether it answered when this process first asked. */
  readonly isReachable: boolean;
}

const DEFAULT_REDIS_URL = "redis://127.0.0.1:6379";
const DEFAULT_DATABASE_URL = "postgres://postgres@127.0.0.1:5432/test";
const ANSWER_TIMEOUT_MS = 2_000;

const cache = new Map<string, Promise<SharedService>>();

/** The Redis at `REDIS_URL`. Asks once in a process, for 2 seconds at most. @default redis://127.0.0.1:6379 */
export function sharedRedis(): Promise<SharedService> {
  return sharedService(process.env.REDIS_URL || DEFAULT_REDIS_URL, redisAnswers);
}

/** The Postgres at `DATABASE_URL`. Asks once in a process, for 2 seconds at most. @default postgres://postgres@127.0.0.1:5432/test */
export function sharedPostgres(): Promise<SharedService> {
  return sharedService(process.env.DATABASE_URL || DEFAULT_DATABASE_URL, postgresAnswers);
}

function sharedService(url: string, answers: typeof redisAnswers): Promise<SharedService> {
  const known = cache.get(url);
  if (known !== undefined) return known;
  const service = answers(url, ANSWER_TIMEOUT_MS).then((isReachable) => ({ url, isReachable }));
  cache.set(url, service);
  return service;
}
