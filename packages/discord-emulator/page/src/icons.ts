import { html, type TemplateResult } from "lit";

/** Drawn here: no icon font, no pictures. Each stands beside a text or in a labelled button. */
export const addReactionIcon: TemplateResult = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M20 10.5A8.5 8.5 0 1 1 13.5 4M8.5 14a4 4 0 0 0 6.5.5M9 9.5v.5M15 9.5v.5M19 2.5v6M16 5.5h6" /></svg>`;
export const moreIcon: TemplateResult = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path stroke-width="3.5" d="M5.5 12h.01M12 12h.01M18.5 12h.01" /></svg>`;
export const sendIcon: TemplateResult = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4l17 8-17 8 3-8zM7 12h7" /></svg>`;
export const eyeIcon: TemplateResult = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M2 12s4-6.5 10-6.5S22 12 22 12s-4 6.5-10 6.5S2 12 2 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z" /></svg>`;
