// What every bot here does, each with another library, so that one suite can watch them all:
//
// | somebody            | the bot                                                                              |
// |---------------------|--------------------------------------------------------------------------------------|
// | writes `alert TEXT` | sends an embed titled TEXT with the buttons `ack` and `later`, and reacts with 👀     |
// | reacts to it with ✅ | edits it: its content becomes `seen by USER`                                         |
// | writes `thread`     | opens the thread `talk` from its latest alert, and writes `hello` there              |
// | writes `echo TEXT`  | writes `heard TEXT`                                                                  |
// | clicks `ack`        | replies `taken by USER`                                                              |
// | clicks `later`      | defers the reply, makes it `looking`, and follows up with `noted`                    |
//
// It prints `ready` when it can be talked to and `resumed` after each resume.

/** How a bot reaches the emulator. */
export const API_URL: string = process.env.DISCORD_API_URL ?? "";
export const BOT_TOKEN: string = process.env.DISCORD_BOT_TOKEN ?? "";

/** The alert that bots send, in the form of Discord's API. */
export function alertMessage(title: string) {
  return {
    embeds: [{ title, description: "since a minute", color: 0xff_00_00 }],
    components: [
      {
        type: 1 as const,
        components: [
          { type: 2 as const, style: 3 as const, label: "Acknowledge", custom_id: "ack" },
          { type: 2 as const, style: 2 as const, label: "Later", custom_id: "later" },
        ],
      },
    ],
  };
}

/** Splits `verb rest`. */
export function wordsOf(content: string): readonly [verb: string, text: string] {
  const [verb = "", ...rest] = content.split(" ");
  return [verb, rest.join(" ")];
}
