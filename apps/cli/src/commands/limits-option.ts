import { type Command, Option } from "commander";

/** Adds `--limits`: which rate limits the local Discord has. */
export function addLimitsOption(command: Command): Command {
  return command.addOption(
    new Option("--limits <profile>", "rate limits of the local Discord")
      .choices(["documented", "strict", "off"])
      .default("documented"),
  );
}
