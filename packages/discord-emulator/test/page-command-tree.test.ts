import { describe, expect, it } from "vitest";
import { commandTitle, givenOptions, matchingCommands, runnableCommands } from "../page/src/command-tree.ts";
import type { Command } from "../page/src/interaction-wire.ts";
import { answerable, countIssues, modalFields } from "../page/src/modal-values.ts";

const commands: Command[] = [
  { id: "1", application_id: "9", type: 1, name: "status", description: "How it stands" },
  { id: "2", application_id: "9", type: 3, name: "Make an incident" },
  {
    id: "3",
    application_id: "9",
    type: 1,
    name: "alert",
    options: [
      {
        type: 2,
        name: "rule",
        options: [
          {
            type: 1,
            name: "set",
            options: [
              { type: 3, name: "name", required: true },
              { type: 4, name: "count" },
              { type: 10, name: "share" },
              { type: 5, name: "quiet" },
              { type: 10, name: "level", choices: [{ name: "high", value: 0.9 }] },
            ],
          },
        ],
      },
      { type: 1, name: "ack", description: "Acknowledges" },
    ],
  },
];
const titles = (list: ReturnType<typeof runnableCommands>) => list.map(commandTitle);

describe("commands as the composer offers them", () => {
  it("are the chat commands, with each subcommand on its own", () => {
    expect(titles(runnableCommands(commands))).toEqual(["/alert ack", "/alert rule set", "/status"]);
  });

  it("are found by any part of their name, those that begin with it first", () => {
    const all = runnableCommands(commands);
    expect(titles(matchingCommands(all, "/al"))).toEqual(["/alert ack", "/alert rule set"]);
    expect(titles(matchingCommands(all, "/alert r"))).toEqual(["/alert rule set"]);
    expect(titles(matchingCommands(all, "/"))).toHaveLength(3);
    expect(matchingCommands(all, "/nothing")).toEqual([]);
  });

  it("nest their options as Discord does, with values of the right type, and without empty ones", () => {
    const set = runnableCommands(commands)[1] as ReturnType<typeof runnableCommands>[number];
    const values = new Map(
      Object.entries({
        name: { text: "Disk full", value: "rule-7" },
        count: { text: "15" },
        share: { text: "" },
        quiet: { text: "false" },
        level: { text: "0.9" },
      }),
    );
    const inner = [
      { name: "name", value: "rule-7" },
      { name: "count", value: 15 },
      { name: "quiet", value: false },
      { name: "level", value: 0.9 },
    ];
    expect(givenOptions(set, values)).toEqual([{ name: "rule", options: [{ name: "set", options: inner }] }]);
    const [group] = givenOptions(set, values, "share");
    const given = group?.options?.[0]?.options ?? [];
    expect(given.filter(({ focused }) => focused)).toEqual([{ name: "share", value: "", focused: true }]);
    expect(given).toHaveLength(5);
  });
});

describe("the fields of a modal", () => {
  const components = [
    { type: 10, content: "text" },
    { type: 18, label: "Reason", component: { type: 4, custom_id: "reason" } },
    { type: 18, label: "Teams", component: { type: 3, custom_id: "teams", min_values: 2, max_values: 3 } },
    { type: 1, components: [{ type: 4, custom_id: "old", label: "Old" }] },
    { type: 18, label: "Optional", component: { type: 22, custom_id: "boxes", required: false, options: [] } },
  ];

  it("are found in labels and in rows", () => {
    expect(answerable(components).map(({ custom_id }) => custom_id)).toEqual(["reason", "teams", "old", "boxes"]);
  });

  it("are texts and lists, with too few choices told", async () => {
    const form = new FormData();
    form.append("reason", "because");
    form.append("teams", "a");
    const fields = await modalFields(components, form);
    expect(fields).toEqual({ reason: "because", teams: ["a"], old: "", boxes: [] });
    expect(countIssues(components, fields)).toEqual([{ where: "fields.teams", expected: "Choose 2 to 3." }]);
    form.append("teams", "b");
    expect(countIssues(components, await modalFields(components, form))).toEqual([]);
  });
});
