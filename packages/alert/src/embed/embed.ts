/** A field of an embed. Neither text may be blank when it is sent. */
export interface EmbedField {
  name: string;
  value: string;
  inline?: boolean;
}

/** The parts of a Discord embed that count against its limits. What else an embed has passes through untouched. */
export interface EmbedText {
  title?: string | undefined;
  description?: string | undefined;
  fields?: EmbedField[] | undefined;
  footer?: { text: string } | undefined;
  author?: { name: string } | undefined;
}

/**
 * A Discord embed as Tocsin builds it.
 * {@link https://discord.com/developers/docs/resources/message#embed-object}
 */
export interface AlertEmbed {
  title: string;
  description?: string;
  /** 0xRRGGBB */
  color: number;
  fields: EmbedField[];
  footer: { text: string };
  /** ISO 8601 */
  timestamp: string;
}

/** Something that is shown shorter than it was. */
export interface Cut {
  /** What was cut: a JSON pointer into the message, such as `/embeds/0/description`. */
  readonly path: string;
  /** How much there was: code points of a text, entries of a list. */
  readonly fromCount: number;
  /** How much is left, in the same unit. */
  readonly toCount: number;
}
