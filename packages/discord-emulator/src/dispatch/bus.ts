/** One thing that happened, in the words of Discord's Gateway: `t` names it, `d` is its payload. */
export interface Dispatch {
  readonly t: string;
  readonly d: object;
  /** Who alone hears of it. @default every bot that can see the place, and the page */
  readonly audience?: Audience;
  /** Who belonged to the private thread that is gone: they hear of its end. */
  readonly formerMemberIds?: readonly string[];
}

/** One bot and the page, or the page alone. With a `viewerId` the page takes it as something that only that user sees. */
export type Audience =
  | { readonly kind: "bot"; readonly userId: string; readonly viewerId?: string }
  | { readonly kind: "page"; readonly viewerId?: string };

/** Where every change of the state is announced, after it is committed. */
export interface DispatchBus {
  emit(dispatch: Dispatch): void;
  /** Calls `listener` for every later dispatch, in order. The returned function stops that. A listener must not throw. */
  listen(listener: (dispatch: Dispatch) => void): () => void;
}

export function createDispatchBus(): DispatchBus {
  const listeners = new Set<(dispatch: Dispatch) => void>();
  return {
    emit(dispatch) {
      for (const listener of listeners) listener(dispatch);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
