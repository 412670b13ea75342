import type { DiscordEvent } from "./wire.ts";

const RETRY_MS = 2_000;

/**
 * Listens to the emulator's events and never gives up. `onOpen` runs at every connection, the first one included: what happened before it is
 * unknown, so the listener loads everything again. Returns the function that ends it.
 */
export function openEventFeed(
  url: URL,
  listener: { onOpen(): void; onLost(): void; onEvent(event: DiscordEvent): void },
): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  function connect(): void {
    source = new EventSource(url);
    source.onopen = () => listener.onOpen();
    source.onmessage = ({ data }) => listener.onEvent(JSON.parse(data) as DiscordEvent);
    source.onerror = () => {
      listener.onLost();
      // The browser retries a broken connection by itself, but takes an error status as final.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS);
    };
  }
  connect();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
