import { Dispatcher } from "undici";

type Handler = Dispatcher.DispatchHandler;

/**
 * A dispatcher whose insides cannot be looked at: undici keeps keys and the credentials of proxies in plain fields, and
 * whoever prints an object that holds the pool would print them. Its events are not passed on.
 */
export class SealedDispatcher extends Dispatcher {
  readonly #inner: Dispatcher;
  readonly #wrap: (handler: Handler) => Handler;

  /** `wrap`: what stands between an answer and who waits for it. @default nothing */
  constructor(inner: Dispatcher, wrap: (handler: Handler) => Handler = (handler) => handler) {
    super();
    this.#inner = inner;
    this.#wrap = wrap;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Handler): boolean {
    return this.#inner.dispatch(options, this.#wrap(handler));
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    return callback === undefined ? this.#inner.close() : this.#inner.close(callback);
  }

  override destroy(error?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | void {
    if (typeof error === "function") return this.#inner.destroy(error);
    return callback === undefined ? this.#inner.destroy(error ?? null) : this.#inner.destroy(error ?? null, callback);
  }
}
