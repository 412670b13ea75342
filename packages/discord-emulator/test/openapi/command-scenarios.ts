import { control } from "../support.ts";
import type { Scenario } from "./world.ts";

const slash = {
  name: "ack",
  description: "Acknowledges",
  name_localizations: { de: "quittieren" },
  nsfw: false,
  options: [
    {
      type: 2,
      name: "group",
      description: "d",
      options: [
        {
          type: 1,
          name: "sub",
          description: "d",
          options: [
            { type: 3, name: "text", description: "d", required: true, min_length: 1, max_length: 6000 },
            { type: 4, name: "count", description: "d", choices: [{ name: "one", value: 1 }] },
            { type: 10, name: "ratio", description: "d", min_value: -0.5, autocomplete: true },
            { type: 7, name: "where", description: "d", channel_types: [0] },
            { type: 6, name: "who", description: "d" },
          ],
        },
      ],
    },
  ],
};

export const COMMAND_SCENARIOS: readonly Scenario[] = [
  ...(["global", "guild"] as const).map(
    (scope): Scenario => ({
      name: `${scope} commands are made, listed, changed, overwritten and deleted`,
      async run({ contract, emulator }) {
        const { application_id, guild_id } = emulator.description;
        const base = `/applications/${application_id}${scope === "guild" ? `/guilds/${guild_id}` : ""}/commands`;
        const made = (await contract.call("POST", base, slash)).json;
        await contract.call("POST", base, slash);
        await contract.call("GET", base);
        await contract.call("GET", `${base}?with_localizations=true`);
        await contract.call("GET", `${base}/${made.id}`);
        await contract.call("PATCH", `${base}/${made.id}`, { description: "d", default_member_permissions: 8 });
        await contract.call("PUT", base, [
          { id: made.id, name: "ack", description: "d" },
          { type: 3, name: "Page someone" },
        ]);
        await contract.call("DELETE", `${base}/${made.id}`);
      },
    }),
  ),
  {
    name: "permissions of commands are set and read",
    async run({ contract, emulator }) {
      const { application_id, guild_id, users } = emulator.description;
      const base = `/applications/${application_id}/guilds/${guild_id}/commands`;
      const { id } = (await contract.call("POST", base, slash)).json;
      const owner = (await contract.call("GET", `/guilds/${guild_id}`)).json.owner_id;
      const { access_token } = await control(emulator, "POST", "/bearer-tokens", { user_id: owner });
      const permissions = [{ id: users.alice.id, type: 2, permission: true }];
      const authorization = `Bearer ${access_token}`;
      await contract.call("PUT", `${base}/${id}/permissions`, { permissions }, { authorization });
      await contract.call("GET", `${base}/${id}/permissions`);
      await contract.call("GET", `${base}/permissions`);
    },
  },
];
