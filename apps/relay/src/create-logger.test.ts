import { TocsinError } from "@tocsin/errors";
import { describe, expect, test } from "vitest";
import { createLogger } from "./create-logger.ts";

const SECRET = "hook-token-1234567890";
const URL_WITH_SECRET = `https://discord.com/api/webhooks/123456789012345678/${SECRET}`;

function createMemoryLogger() {
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line) => lines.push(line) } });
  return { logger, last: () => JSON.parse(lines.at(-1) ?? "null"), text: () => lines.join("") };
}

type MemoryLogger = ReturnType<typeof createMemoryLogger>["logger"];

const error = () => new Error(`POST ${URL_WITH_SECRET} failed`);

describe("the logger", () => {
  test.each<[string, (logger: MemoryLogger) => void]>([
    ["a message", (logger) => logger.info(`sent to ${URL_WITH_SECRET}`)],
    ["a placeholder's value", (logger) => logger.info("sent to %s", URL_WITH_SECRET)],
    ["a placeholder's object", (logger) => logger.info("sent %o", { url: URL_WITH_SECRET })],
    ["a field", (logger) => logger.info({ url: URL_WITH_SECRET }, "sent")],
    ["a nested field", (logger) => logger.info({ target: { urls: [URL_WITH_SECRET] } }, "sent")],
    ["an error alone", (logger) => logger.error(error())],
    ["an error with a message", (logger) => logger.error({ err: error() }, "failed")],
    ["an error without a message", (logger) => logger.error({ err: error() })],
    ["an error under another name", (logger) => logger.error({ failure: error() }, "failed")],
    ["a cause", (logger) => logger.error({ err: new Error("outer", { cause: error() }) }, "failed")],
    ["a request's address", (logger) => logger.info({ req: { method: "GET", url: URL_WITH_SECRET } }, "asked")],
    [
      "a request's headers",
      (logger) => logger.info({ req: { method: "GET", url: "/", headers: { authorization: SECRET } } }, "x"),
    ],
    ["a request's body", (logger) => logger.info({ req: { method: "GET", url: "/", body: SECRET } }, "x")],
    [
      "an instance",
      (logger) => logger.info({ map: new Map([["secret", SECRET]]), url: new URL(URL_WITH_SECRET) }, "x"),
    ],
  ])("masks a secret in %s", (_name, write) => {
    const { logger, text, last } = createMemoryLogger();
    write(logger);
    expect(last()).toMatchObject({ level: expect.any(String), time: expect.any(String), msg: expect.any(String) });
    expect(text()).not.toContain(SECRET);
  });

  test("says what an error was, down to its causes", () => {
    const { logger, last } = createMemoryLogger();
    const cause = new TocsinError("locked", { code: "STORE_LOCKED", retryable: true });
    logger.error({ err: new Error("outer", { cause }) }, "failed");
    expect(last().err).toMatchObject({
      type: "Error",
      message: "outer",
      cause: { type: "TocsinError", code: "STORE_LOCKED", retryable: true, message: "locked" },
    });
    expect(last().err.stack).toContain("create-logger.test.ts");
  });

  test("survives values that refer to themselves", () => {
    const { logger, last } = createMemoryLogger();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const failure = new Error("round");
    failure.cause = failure;
    logger.error({ circle, failure }, "turning");
    expect(last().msg).toBe("turning");
  });
});
