const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

type Signal = keyof typeof SIGNALS;

/** The part of `process` that handling signals needs. */
export interface SignalProcess {
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
  exit(code: number): unknown;
}

export interface SignalOptions {
  /** Ends everything. Called once. */
  readonly close: () => Promise<void>;
  /** Hears of a `close` that failed, before the process ends. */
  readonly onError: (error: unknown) => void;
  /** @default the process itself */
  readonly process?: SignalProcess;
}

/**
 * Ends the process in order on SIGTERM and SIGINT: the first one calls `close` and exits with 0, or with 1 when it
 * failed. A second one exits at once, with 128 and the signal's number, as a shell reports it.
 *
 * Returns the function that removes the listeners.
 */
export function handleSignals(options: SignalOptions): () => void {
  const target = options.process ?? process;
  let isClosing = false;

  const listenerOf = (signal: Signal) => (): void => {
    if (isClosing) {
      target.exit(128 + SIGNALS[signal]);
      return;
    }
    isClosing = true;
    options.close().then(
      () => target.exit(0),
      (error: unknown) => {
        options.onError(error);
        target.exit(1);
      },
    );
  };

  const listeners = (Object.keys(SIGNALS) as Signal[]).map((signal) => [signal, listenerOf(signal)] as const);
  for (const [signal, listener] of listeners) target.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) target.off(signal, listener);
  };
}
