export { cutMiddle } from "./cut-middle.ts";
export type { AlertEmbed, Cut, EmbedField, EmbedText } from "./embed.ts";
export { embedLength } from "./embed-length.ts";
export { type FittedEmbeds, fitEmbeds } from "./fit-embeds.ts";
export { EMBED_LIMITS, MAX_THREAD_NAME_COUNT } from "./limits.ts";
export {
  type AlertMentions,
  type AlertMessage,
  type AlertView,
  type RenderedAlert,
  type RenderOptions,
  renderAlert,
} from "./render-alert.ts";
export { renderThreadName } from "./render-thread-name.ts";
