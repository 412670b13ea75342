import { expect, test } from "vitest";
import { isLoopback } from "./loopback.ts";

test.each([
  ["127.0.0.1", true],
  ["127.0.0.2", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.0.2.1", false],
  ["1271.example", false],
])("knows whether %s stays on this machine: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
