import { startEndpoint } from "../interactions/endpoint-server.ts";
import { type Begun, begin, button, click, register, row, runCommand } from "../interactions/support.ts";
import { type Scenario, type World, withFile } from "./world.ts";

const nobody = { authorization: null };
const EPHEMERAL = 64;

/** Answers an interaction by the callback route. */
const answer = ({ contract }: World, { payload }: Begun, body: unknown, query = "?with_response=true") =>
  contract.call("POST", `/interactions/${payload.id}/${payload.token}/callback${query}`, body, nobody);
/** Path of an interaction's webhook below the API's version. */
const pathOf = ({ payload }: Begun) => `/webhooks/${payload.application_id}/${payload.token}`;

export const INTERACTION_SCENARIOS: readonly Scenario[] = [
  {
    name: "clicks are answered with messages, updates and modals",
    async run(world) {
      const { emulator } = world;
      const components = [row(button("again"))];
      await answer(world, await click(emulator), { type: 4, data: { content: "c", components } });
      await answer(world, await click(emulator), withFile({ type: 4, data: { content: "c" } }));
      await answer(world, await click(emulator), { type: 5, data: { flags: EPHEMERAL } }, "");
      await answer(world, await click(emulator), { type: 6 }, "");
      await answer(world, await click(emulator), { type: 7, data: { content: "d", components: [] } });
      const asked = await click(emulator);
      const text = { type: 4, custom_id: "text", style: 2, required: true };
      const label = { type: 18, label: "Why", component: text };
      await answer(world, asked, { type: 9, data: { custom_id: "m", title: "t", components: [label] } }, "");
      const submitted = await begin(emulator, "/modals", {
        interaction_id: asked.payload.id,
        user_id: emulator.description.users.alice.id,
        fields: { text: "because" },
      });
      await answer(world, submitted, { type: 4, data: { content: "c" } });
    },
  },
  {
    name: "commands are answered, followed up, changed and taken back",
    async run(world) {
      const { contract, emulator } = world;
      await register(emulator, { name: "ask", description: "d" });
      const begun = await runCommand(emulator, "ask");
      await answer(world, begun, { type: 4, data: { content: "c", flags: EPHEMERAL } });
      const original = `${pathOf(begun)}/messages/@original`;
      await contract.call("GET", original, undefined, nobody);
      await contract.call("PATCH", original, { content: "d" }, nobody);
      await contract.call("DELETE", original, undefined, nobody);
      const followup = (await contract.call("POST", pathOf(begun), { content: "more" }, nobody)).json;
      const one = `${pathOf(begun)}/messages/${followup.id}`;
      await contract.call("GET", one, undefined, nobody);
      await contract.call("PATCH", one, { embeds: [{ title: "t" }] }, nobody);
      await contract.call("DELETE", one, undefined, nobody);
    },
  },
  {
    name: "the application is changed, also where its interactions go",
    async run({ contract }) {
      const { verify_key, flags } = (await contract.call("GET", "/applications/@me")).json;
      await using endpoint = await startEndpoint(verify_key);
      const path = "/applications/@me";
      await contract.call("PATCH", path, { interactions_endpoint_url: endpoint.url, description: { default: "d" } });
      await contract.call("PATCH", path, {
        interactions_endpoint_url: null,
        description: null,
        flags,
        tags: ["alerts"],
        install_params: { scopes: ["bot"], permissions: 0 },
        integration_types_config: { "0": {} },
        custom_install_url: "https://example.org/install",
      });
    },
  },
];
