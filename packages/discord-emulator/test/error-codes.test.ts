import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { RESTJSONErrorCodes } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../src/errors/error-codes.ts";

// Notes on Discord's API, with a table of codes, statuses and meanings. Not part of this repository: a copy may lie beside
// the checkout, or DISCORD_FACTS names one.
const file = process.env.DISCORD_FACTS ?? resolve(import.meta.dirname, "../../../../shared/discord/facts.md");
const isMissing = !existsSync(file);
if (isMissing) console.warn("skipped: DISCORD_FACTS names no copy of facts.md");

/** Statuses by code, from rows such as `| 30003 / 30005 | 400 | …`, `| 220001–220004 | 400 | …`; null where only a class is known. */
function readTable(): ReadonlyMap<number, readonly string[] | null> {
  const rows = readFileSync(file, "utf8").matchAll(/^\|\s*(\d[\d\s/,–]*)\|([^|]*)\|/gm);
  return new Map(
    [...rows].flatMap(([, codes = "", status = ""]) => {
      const statuses = status.includes("xx") ? null : (status.match(/\b[45]\d\d\b/g) ?? null);
      return [...codes.matchAll(/(\d+)(?:–(\d+))?/g)].flatMap(([, first, last = first]) =>
        Array.from(
          { length: Number(last) - Number(first) + 1 },
          (_, index) => [Number(first) + index, statuses] as const,
        ),
      );
    }),
  );
}

test("every code stands once, in Discord's official list", () => {
  const codes = ERROR_CODES.map(([code]) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => !(code in RESTJSONErrorCodes))).toEqual([]);
});

describe.skipIf(isMissing)("the table of facts.md", () => {
  test("names every code but these, whose meaning it leaves to the official list", () => {
    const table = readTable();
    const left = ERROR_CODES.map(([code]) => code).filter((code) => !table.has(code));
    expect(left.toSorted((a, b) => a - b)).toEqual([
      // What does not exist or may not be done, and whom a bot may not be.
      10002, 10009, 10066, 10087, 20001, 20012,
      // Commands, announcements, voice, tags.
      30032, 40032, 40033, 40041, 40061,
      // Bodies that cannot be: of a bulk deletion, a role, a version, a forward, a sticker, voice messages.
      50016, 50028, 50041, 50068, 50081, 50159, 50160, 50161, 50162, 50173,
    ]);
  });

  test("agrees about the status of every code that it names, but for one that the live service answers otherwise", () => {
    const table = readTable();
    const wrong = ERROR_CODES.filter(([code, status]) => table.get(code)?.includes(String(status)) === false);
    // 403 is what people report (github.com/victornpb/undiscord/issues/696, 2025); the table marks its 400 as not seen.
    expect(wrong.map(([code, status]) => [code, status])).toEqual([[50_003, 403]]);
  });
});
