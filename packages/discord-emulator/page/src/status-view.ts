import { html, nothing, type TemplateResult } from "lit";
import type { Connection, Snapshot } from "./session.ts";

const TEXTS: Readonly<Record<Connection, string>> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost, trying again…",
};

/** The status line: whether the page is live, and which rate limits the emulator keeps. */
export function statusView({ connection, directory }: Snapshot): TemplateResult {
  return html`<div class="status ${connection}" role="status">
    <span class="dot" aria-hidden="true"></span><span class="connection">${TEXTS[connection]}</span>${
      directory.limits === null
        ? nothing
        : html`<span class="limits" title="Rate-limit profile of the emulator">limits: ${directory.limits}</span>`
    }
  </div>`;
}
