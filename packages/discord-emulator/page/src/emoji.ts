/** A character, or a custom one by its id (docs: resources/emoji). */
export interface Emoji {
  readonly id?: string | null;
  readonly name?: string | null;
}

/** An emoji as routes take it: the character, or `name:id` of a custom one. */
export const emojiText = ({ id, name }: Emoji): string => (id ? `${name}:${id}` : (name ?? ""));

/** An emoji as the page shows it: a custom one by its name, since its picture would come from elsewhere. */
export const emojiFace = ({ id, name }: Emoji): string => (id ? `:${name}:` : (name ?? ""));
