import type { EngineEvent } from "@tocsin/engine";
import { createLogger } from "@tocsin/relay";
import { describe, expect, test } from "vitest";
import { createEventLog } from "./event-log.ts";

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({ level: "warn", destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const clock = { now: 1_000_000 };
  const log = createEventLog(logger, () => clock.now);
  const pause = (reason: "rate-limited" | "unreachable", pauseMs: number, destination = "alerts") =>
    log({
      kind: "destination-paused",
      organizationId: "default",
      destination,
      reason,
      untilAt: clock.now + pauseMs,
    });
  return { lines, clock, log, pause };
}

describe("createEventLog", () => {
  test("logs each dead letter with the target's words, and no secret", () => {
    const { lines, log } = setUp();
    const event: EngineEvent = {
      kind: "dead-letter",
      organizationId: "default",
      destination: "alerts",
      alertId: "alt_1",
      reason: "invalid-form",
      details: { code: 50035, message: "no https://discord.com/api/webhooks/123456789012345678/hook-token" },
      mayBeDelivered: false,
    };
    log(event);
    log(event);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: "warn", alert_id: "alt_1", reason: "invalid-form", destination: "alerts" });
    expect(JSON.stringify(lines)).not.toContain("hook-token");
  });

  test("logs what Discord refused beside a message that stands", () => {
    const { lines, log } = setUp();
    log({
      kind: "step-skipped",
      organizationId: "default",
      destination: "critical",
      alertId: "alt_1",
      step: "start-thread",
      reason: "forbidden",
      details: { code: 50013, message: "Missing Permissions" },
    });
    expect(lines).toMatchObject([
      { level: "warn", destination: "critical", alert_id: "alt_1", step: "start-thread", reason: "forbidden" },
    ]);
  });

  test("logs the start of a row of failures once a minute for each destination", () => {
    const { lines, clock, pause } = setUp();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      pause("unreachable", 500);
      clock.now += 10_000;
    }
    pause("unreachable", 500, "critical");
    expect(lines.map(({ destination, pause_ms }) => [destination, pause_ms])).toEqual([
      ["alerts", 500],
      ["critical", 500],
    ]);
    clock.now += 20_000;
    pause("unreachable", 30_000);
    expect(lines).toHaveLength(3);
  });

  test("says nothing of a rate limit until it lasts", () => {
    const { lines, pause } = setUp();
    pause("rate-limited", 5_000);
    expect(lines).toEqual([]);
    pause("rate-limited", 5_001);
    expect(lines).toMatchObject([{ reason: "rate-limited", pause_ms: 5_001 }]);
  });
});
