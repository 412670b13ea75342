import { createHash } from "node:crypto";
import { misuse } from "./errors.ts";

/** A token has three parts of letters, digits, dashes and underscores; a stand-in for Discord may have others. */
const TOKEN = /^(?:Bot )?([\w.~+/=-]{8,512})$/;

/** A bot's token, and a name for it that tells nothing. */
export interface BotToken {
  /** Without the word `Bot`. A secret. */
  readonly token: string;
  /** The same for the same token, in every process. */
  readonly credential: string;
}

/** Whether a text may be a bot's token, with or without the word `Bot` before it. Discord alone knows whether it is one. */
export const isBotToken = (text: string): boolean => TOKEN.test(text);

/** Reads a token with or without the word `Bot` before it. Throws `TRANSPORT_TOKEN_INVALID` without repeating it. */
export function parseBotToken(text: string): BotToken {
  const token = TOKEN.exec(text)?.[1];
  if (token === undefined) {
    throw misuse("TRANSPORT_TOKEN_INVALID", "the bot's token has characters that no token has, or is too short");
  }
  return { token, credential: `bot-${createHash("sha256").update(token).digest("base64url").slice(0, 22)}` };
}
