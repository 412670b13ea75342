import type { EmulatorState, Message } from "./wire.ts";

/** Messages asked for at once. */
export const PAGE_SIZE = 50;
const TIMEOUT_MS = 10_000;

/** What the page asks the emulator for. Both reject when the emulator does not answer within ten seconds or answers with an error status. */
export interface ControlApi {
  state(): Promise<EmulatorState>;
  /** One page as `viewerId` sees it, newest first; with `before` only messages older than that id. */
  messages(channelId: string, viewerId: string | null, before?: string): Promise<Message[]>;
}

export function createControlApi(baseUrl: URL): ControlApi {
  async function get<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, baseUrl), {
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The emulator answered ${response.status}`);
    return (await response.json()) as T;
  }
  return {
    state: () => get("_control/state"),
    messages(channelId, viewerId, before) {
      const query = new URLSearchParams({
        limit: String(PAGE_SIZE),
        ...(viewerId !== null && { user_id: viewerId }),
        ...(before !== undefined && { before }),
      });
      return get(`_control/channels/${encodeURIComponent(channelId)}/messages?${query}`);
    },
  };
}
