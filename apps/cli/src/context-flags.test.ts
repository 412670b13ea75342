import { describe, expect, test } from "vitest";
import { parseContextFlags } from "./context-flags.ts";

describe("parseContextFlags", () => {
  test.each([
    ["one pair", ["host=db1"], { host: "db1" }],
    ["many pairs", ["host=db1", "disk=/var"], { host: "db1", disk: "/var" }],
    ["a logfmt line", ['host=db1 note="two words" empty='], { host: "db1", note: "two words", empty: "" }],
    ["a value with spaces", ["note=two words"], { note: "two words" }],
    ["a value with =", ["query=a=b"], { query: "a=b" }],
    ["a value with an unfinished quote", ['note="half'], { note: '"half' }],
    ["a key that comes again", ["host=db1", "host=db2"], { host: "db1, db2" }],
    ["a key that comes again in one line", ["host=db1 host=db2"], { host: "db1, db2" }],
    ["a key that comes again after nothing", ["k=", "k=2"], { k: ", 2" }],
    ["a number as text", ["count=5"], { count: "5" }],
    ["blank text", ["", " "], {}],
    ["a key called context", ["context=prod"], { context: "prod" }],
  ])("reads %s", (_name, flags, values) => {
    expect(parseContextFlags(flags)).toEqual({ kind: "values", values });
  });

  test.each([["just words"], ["=value"], ["two words=value"]])("refuses %j", (flag) => {
    expect(parseContextFlags([flag])).toMatchObject({ kind: "invalid" });
  });
});
