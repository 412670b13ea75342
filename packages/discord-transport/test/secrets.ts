import { inspect } from "node:util";

/** Shaped as Discord's, and with no part in common. */
export const WEBHOOK_TOKEN = "pQ7_zX1-mK4vB9tR2yW8cL5nD3sF6gH0jUeA9xVbNqTkYdZwMrJhGfPiSoCl3EuIa_O";
/** A bot of the first years: 24, 6 and 27 characters. */
export const OLD_BOT_TOKEN = "MTE5ODYyMjQ4MzQ3MTkyNTI0.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
/** A bot of today: 26, 6 and 38 characters. */
export const NEW_BOT_TOKEN = "MTAyNDk2MTM4NzQxMjU4OTYxNA.GxWq3r.u8Kd-Yt5Ln_0vPz2HbRcXj7QmSaEoF4iJgTlUw";
/** What `aW50ZXJhY3Rpb246` begins: the token of an interaction, which is a webhook's too. */
export const INTERACTION_TOKEN =
  "aW50ZXJhY3Rpb246MTEwMjMzNDQ1NTY2Nzc4ODk5MDpMb1FzNnZBOWRKWjJ3WGI4bUt0UnlIZUcxT2NVaUVwTnpWVDVCZ0RmTTNqUzRhWTdDbExr";
/** Of a stand-in for Discord, with characters that addresses encode. */
export const ODD_BOT_TOKEN = "kT9+vR2/wQ6=zN4+hJ8/cX3=yB7+gL5/";
export const PROXY_PASSWORD = "S0me-Pr0xy.Passw0rd";

const PART_LENGTH = 8;

/**
 * Where something shows eight characters in a row of a secret, however it is printed; undefined when it does not.
 */
export function leakOf(value: unknown, secrets: readonly string[]): string | undefined {
  const parts = new Set(secrets.flatMap((secret) => partsOf(secret)));
  const text = show(value);
  for (let at = 0; at + PART_LENGTH <= text.length; at += 1) {
    if (parts.has(text.slice(at, at + PART_LENGTH))) return text.slice(Math.max(0, at - 100), at + 100);
  }
  return undefined;
}

function partsOf(secret: string): readonly string[] {
  return Array.from({ length: secret.length - PART_LENGTH + 1 }, (_, start) =>
    secret.slice(start, start + PART_LENGTH),
  );
}

/** All that a log or a debugger would print: fields, hidden ones too, stack and causes. */
function show(value: unknown): string {
  const shown = inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  return `${shown}\n${toJson(value)}\n${String(value)}\n${value instanceof Error ? value.stack : ""}`;
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

/** Ways in which a server could give a secret back that tell what it is, whoever it belongs to. */
export function tellingEchoesOf(secret: string): readonly string[] {
  const address = addressOf(secret);
  return [
    address,
    encodeURIComponent(address),
    encodeURIComponent(encodeURIComponent(address)),
    address.replaceAll("/", "\\/"),
    `Authorization: Bot ${secret}`,
    `Proxy-Authorization: Basic ${secret}`,
    `{"authorization":"Bot ${secret}","token":"${secret}"}`,
    `/interactions/123456789012345678/${secret}/callback`,
    `http://relay:${secret}@proxy.example:3128`,
    // At the ends of what is kept, and of what is looked at.
    ...CUTS.map((length) => "x ".repeat(length / 2) + address),
  ];
}

/** Those, and ways that only somebody who knows the secret can tell. */
export function echoesOf(secret: string): readonly string[] {
  return [
    ...tellingEchoesOf(secret),
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    secret.replaceAll(/[-_.]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
    `${secret.slice(0, 20)}…`,
    `…${secret.slice(-20)}`,
    ...CUTS.map((length) => "x ".repeat(length / 2) + secret),
    secret.repeat(300) + "x ".repeat(300) + secret,
  ];
}

const CUTS = [440, 470, 495, 1_950, 1_980, 1_995];
const addressOf = (secret: string): string =>
  `https://discord.com/api/v10/webhooks/123456789012345678/${secret}?wait=true`;
