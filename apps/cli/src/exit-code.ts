/** What the process answers to its caller. Stable: scripts branch on them. */
export const ExitCode = {
  ok: 0,
  /** The command was understood and could not be done. */
  failure: 1,
  /** Unknown commands or options, missing or invalid values, an alert that the relay calls invalid. */
  wrongUse: 2,
  /** No relay is known, or nothing answers at its address. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The table for `--help` of a command that talks to no relay. */
export const OWN_EXIT_CODES_HELP = `Exit codes:
  0  done
  1  failed: the message says what and where
  2  wrong use: an unknown command or option, or a value that is not valid`;

/** The table for `--help`. */
export const EXIT_CODES_HELP = `${OWN_EXIT_CODES_HELP}
  3  the relay cannot be reached`;
