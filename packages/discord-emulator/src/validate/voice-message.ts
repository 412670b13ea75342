import type { ErrorCode } from "../errors/error-codes.ts";
import type { PlannedFile } from "./plan-files.ts";

/** Message flag of spoken messages (docs: resources/message, "Message Flags"). */
export const IS_VOICE_MESSAGE = 1 << 13;

/** Why a voice message cannot be one: it is one sound file with its length and shape, and nothing else (docs: resources/message, "Voice Messages"). */
export function refuseVoiceMessage(files: readonly PlannedFile[], hasMore: boolean): ErrorCode | undefined {
  if (hasMore) return 50159;
  const [file] = files;
  const isSound = file?.kind === "new" && file.upload.contentType?.startsWith("audio/");
  if (files.length !== 1 || !isSound) return 50160;
  return file.entry?.duration_secs === undefined || file.entry.waveform === undefined ? 50161 : undefined;
}
