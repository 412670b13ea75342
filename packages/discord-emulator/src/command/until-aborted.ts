/**
 * Resolves when `signal` aborts; at once when it has. Keeps the process alive until then, even when nothing else does.
 */
export function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const keepAlive = setInterval(() => undefined, 2 ** 30);
  const end = (): void => {
    clearInterval(keepAlive);
    resolve();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return promise;
}
