/**
 * Discord's JSON error codes that the emulator answers with: code, HTTP status, message.
 * Meanings: docs, "Opcodes and Status Codes". Statuses are those seen from the live service where that is known.
 */
const ERROR_CODES = [
  [10002, 404, "Unknown Application"],
  [10003, 404, "Unknown Channel"],
  [10004, 404, "Unknown Guild"],
  [10007, 404, "Unknown Member"],
  [10008, 404, "Unknown Message"],
  [10009, 404, "Unknown permission overwrite"],
  [10011, 404, "Unknown Role"],
  [10013, 404, "Unknown User"],
  [10014, 400, "Unknown Emoji"],
  [10015, 404, "Unknown Webhook"],
  [10063, 404, "Unknown application command"],
  [10066, 404, "Unknown application command permissions"],
  [10087, 404, "Unknown Tag"],
  [20001, 403, "Bots cannot use this endpoint"],
  [20012, 403, "You are not authorized to perform this action on this application"],
  [20022, 429, "This message cannot be edited due to announcement rate limits."],
  [20028, 429, "The write action you are performing on the channel has hit the write rate limit."],
  [20029, 429, "The write action you are performing on the server has hit the write rate limit."],
  [30003, 400, "Maximum number of pins reached (250)"],
  [30005, 400, "Maximum number of guild roles reached (250)"],
  [30007, 400, "Maximum number of webhooks reached (15)"],
  [30010, 403, "Maximum number of reactions reached (20)"],
  [30013, 400, "Maximum number of guild channels reached (500)"],
  [30015, 400, "Maximum number of attachments in a message reached (10)"],
  [30032, 400, "Maximum number of application commands reached"],
  [30033, 400, "Maximum number of thread participants has been reached (1000)"],
  [30034, 400, "Max number of daily application command creates has been reached (200)"],
  [30046, 429, "Maximum number of edits to messages older than 1 hour reached. Try again later"],
  [30058, 400, "Maximum number of webhooks per guild reached (1000)"],
  [40001, 401, "Unauthorized"],
  [40005, 413, "Request entity too large"],
  [40033, 400, "This message has already been crossposted"],
  [40041, 400, "An application command with that name already exists"],
  [40061, 400, "Tag names must be unique"],
  [40032, 400, "Target user is not connected to voice."],
  [40067, 400, "A tag is required to create a forum post in this channel"],
  [50001, 403, "Missing Access"],
  [50003, 403, "Cannot execute action on a DM channel"],
  [50005, 403, "Cannot edit a message authored by another user"],
  [50006, 400, "Cannot send an empty message"],
  [50007, 403, "Cannot send messages to this user"],
  [50008, 400, "Cannot send messages in a non-text channel"],
  [50013, 403, "Missing Permissions"],
  [
    50016,
    400,
    "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete",
  ],
  [50021, 403, "Cannot execute action on a system message"],
  [50024, 400, "Cannot execute action on this channel type"],
  [50027, 401, "Invalid Webhook Token"],
  [50028, 400, "Invalid Role"],
  [50034, 400, "You can only bulk delete messages that are under 14 days old."],
  [50035, 400, "Invalid Form Body"],
  [50041, 400, "Invalid API version"],
  [50068, 400, "Invalid message type"],
  [50081, 400, "Invalid sticker sent"],
  [50083, 400, "Thread is archived"],
  [50109, 400, "The request body contains invalid JSON."],
  [50159, 400, "Voice messages do not support additional content."],
  [50160, 400, "Voice messages must have a single audio attachment."],
  [50161, 400, "Voice messages must have supporting metadata."],
  [50162, 400, "Voice messages cannot be edited."],
  [50173, 403, "You cannot send voice messages in this channel."],
  [50278, 403, "Cannot send messages to this user due to having no mutual guilds"],
  [160002, 403, "Cannot reply without permission to read message history"],
  [160004, 400, "A thread has already been created for this message"],
  [160006, 400, "Maximum number of active threads reached"],
  [160007, 400, "Maximum number of active announcement threads reached"],
  [160005, 400, "Thread is locked"],
  [220001, 400, "Webhooks posted to forum channels must have a thread_name or thread_id"],
  [220002, 400, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"],
  [220003, 400, "Webhooks can only create threads in forum channels"],
  [220004, 400, "Webhook services cannot be used in forum channels"],
  [520003, 400, "Cannot edit a poll message"],
] as const satisfies readonly (readonly [code: number, status: number, message: string])[];

/** A code of the table. */
export type ErrorCode = (typeof ERROR_CODES)[number][0];

const BY_CODE = new Map<number, { readonly status: number; readonly message: string }>(
  ERROR_CODES.map(([code, status, message]) => [code, { status, message }]),
);

/** Status and message of `code`; an unknown code is a 400 without a message of its own. */
export function describeErrorCode(code: number): { readonly status: number; readonly message: string } {
  return BY_CODE.get(code) ?? { status: 400, message: "Bad Request" };
}
