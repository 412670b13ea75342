const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ctrl+C below npm arrives twice, from the terminal and forwarded by npm. Signals this close together are one. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Gives a function whose first call begins to listen: the signal that it returns aborts when the process is asked to stop
 * (SIGINT, SIGTERM, SIGHUP). A later second signal ends the process at once.
 */
export function createStopSignal(): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (controller) return controller.signal;
    const created = new AbortController();
    controller = created;
    const stop = (): void => {
      if (created.signal.aborted) return;
      created.abort();
      // Then the default action comes back, so that a second signal ends a shutdown that hangs.
      const giveBack = (): void => {
        for (const signal of STOP_SIGNALS) process.off(signal, stop);
      };
      setTimeout(giveBack, SAME_SIGNAL_MS).unref();
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
    return created.signal;
  };
}
