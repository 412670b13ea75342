import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StartedProcess } from "@tocsin/testkit";
import { startTocsin } from "./dev-process.ts";

/** What `/readyz` says. */
export interface Readiness {
  readonly status: number;
  /** `error.details.missing`; empty when there is no error. */
  readonly missing: readonly string[];
}

export async function readinessOf(relayUrl: string, query = ""): Promise<Readiness> {
  const response = await fetch(`${relayUrl}/readyz${query}`);
  const body = (await response.json()) as { error?: { details?: { missing?: readonly string[] } } };
  return { status: response.status, missing: body.error?.details?.missing ?? [] };
}

export async function isHealthy(relayUrl: string): Promise<boolean> {
  const response = await fetch(`${relayUrl}/healthz`);
  await response.body?.cancel();
  return response.status === 200;
}

/**
 * What a process told its operator, one entry a line: `away` and `back` of `service`, and anything that is no such change as it
 * is. A busy machine may make more than one outage of one, but never tells of one twice.
 */
export function toldOf(output: string, service: "postgres" | "redis"): string {
  const lines = (output.match(/^\{.*$/gm) ?? []).map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines
    .filter((line) => line.state === undefined || line.service === service)
    .map((line) => line.state ?? JSON.stringify(line))
    .join(", ");
}

/** {@link toldOf} one outage, or of several. */
export const OUTAGES = /^away, back(?:, away, back)*$/;

/** Writes a `tocsin.yaml` that names the services and nothing else: destinations and routes are those built in. */
export async function writeServices(
  cwd: string,
  services: { readonly postgresUrl?: string; readonly redisUrl?: string },
): Promise<void> {
  const { postgresUrl, redisUrl } = services;
  const sections = [
    ...(postgresUrl === undefined ? [] : [`database: { url: "${postgresUrl}" }`]),
    ...(redisUrl === undefined ? [] : [`redis: { url: "${redisUrl}" }`]),
  ];
  await writeFile(join(cwd, "tocsin.yaml"), `${sections.join("\n")}\n`);
}

/** Arguments of a `tocsin dev` that uses the emulator and the services of its directory. */
export const WITH_SERVICES = ["--discord", "discord/emulator.json", "--config", "tocsin.yaml"] as const;

/** Starts a `tocsin dev` that will have to wait. `ready` resolves with the groups `missing` and `url` when it says so. */
export function startWaitingDev(cwd: string): StartedProcess {
  return startTocsin(cwd, ["dev", "--port", "0", ...WITH_SERVICES], {
    readyPattern: /^waiting for (?<missing>.+); the relay listens at (?<url>\S+)$/m,
  });
}
