import { expect, test } from "vitest";
import { parsePort } from "./port.ts";

test.each([
  ["0", 0],
  ["8080", 8080],
  ["65535", 65_535],
])("reads port %s", (text, port) => {
  expect(parsePort(text)).toBe(port);
});

test.each([["65536"], ["-1"], ["1.5"], ["http"], [""], ["0x10"], ["123456"]])("refuses port %j", (text) => {
  expect(() => parsePort(text)).toThrow("0 takes a free port");
});
