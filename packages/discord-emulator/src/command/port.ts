import { InvalidArgumentError } from "commander";

const MAX_PORT = 65_535;

/** Reads an option's port: a whole number from 0 to 65535, where 0 lets the system choose a free one. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= MAX_PORT))
    throw new InvalidArgumentError(`Give a whole number from 0 to ${MAX_PORT}; 0 takes a free port.`);
  return port;
}
