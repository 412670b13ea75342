import { TocsinError } from "@tocsin/errors";

/** Settles as `work` does, or rejects with `RATE_LIMITER_TIMEOUT` (retryable) when that takes longer than `timeoutMs`. */
export function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(new TocsinError(`no answer within ${timeoutMs} ms`, { code: "RATE_LIMITER_TIMEOUT", retryable: true }));
    const timer = setTimeout(giveUp, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
