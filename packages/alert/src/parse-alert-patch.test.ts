import { expect, test } from "vitest";
import { parseAlertPatch } from "./parse-alert-patch.ts";

const pathsOf = (input: unknown) => {
  const parsed = parseAlertPatch(input);
  return parsed.kind === "invalid" ? parsed.issues.map((issue) => issue.path) : [];
};

test("only what is named is in the patch: nothing is defaulted", () => {
  expect(parseAlertPatch({ status: "resolved", message: "Website is back up" })).toEqual({
    kind: "patch",
    patch: { status: "resolved", message: "Website is back up" },
  });
});

test("context and title are normalised as in a new alert", () => {
  expect(parseAlertPatch({ title: " x ", context: "env=prod" })).toEqual({
    kind: "patch",
    patch: { title: "x", context: { env: "prod" } },
  });
  expect(parseAlertPatch({ context: "" })).toEqual({ kind: "patch", patch: { context: {} } });
});

test.each([[{}], [{ message: " " }], [{ status: undefined }], [null], [[]]])(
  "%j changes nothing and is refused",
  (input) => {
    expect(pathsOf(input)).toEqual([""]);
  },
);

test("a blank title is refused", () => {
  expect(pathsOf({ title: " ", status: "resolved" })).toEqual(["/title"]);
});

test.each(["monitor_id", "dedup_key", "topic", "channels", "action", "requested_by", "id"])(
  "%s cannot be changed",
  (key) => {
    expect(pathsOf({ status: "active", [key]: "x" })).toEqual([`/${key}`]);
  },
);

test("wrong values are told with their place", () => {
  expect(pathsOf({ status: "closed", links: [{}], severity: 3 })).toEqual(["/status", "/links/0/url", "/severity"]);
});
