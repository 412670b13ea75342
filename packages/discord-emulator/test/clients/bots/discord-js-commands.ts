// A bot with a slash command `page`: its option `service` completes itself, it asks for the reason in a modal, and tells the
// outcome to the one who asked only.
import {
  ActionRowBuilder,
  Client,
  Events,
  GatewayIntentBits,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { API_URL, BOT_TOKEN } from "./duties.ts";

const SERVICES = ["billing", "blog", "search"];
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: API_URL } });

const page = new SlashCommandBuilder()
  .setName("page")
  .setDescription("Wakes whoever is on call")
  .addStringOption((option) =>
    option.setName("service").setDescription("Which one is ill").setRequired(true).setAutocomplete(true),
  );
const reason = new TextInputBuilder().setCustomId("reason").setLabel("Why?").setStyle(TextInputStyle.Paragraph);

client.on(Events.ClientReady, async ({ application }) => {
  await application.commands.set([page.toJSON()], process.env.DISCORD_GUILD_ID ?? "");
  console.log("ready");
});
client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    const fitting = SERVICES.filter((name) => name.startsWith(interaction.options.getFocused()));
    await interaction.respond(fitting.map((name) => ({ name: `the ${name}`, value: name })));
  } else if (interaction.isChatInputCommand()) {
    const service = interaction.options.getString("service", true);
    const row = new ActionRowBuilder<TextInputBuilder>().addComponents(reason);
    await interaction.showModal(new ModalBuilder().setCustomId(`why ${service}`).setTitle("Page").addComponents(row));
  } else if (interaction.isModalSubmit()) {
    const service = interaction.customId.slice("why ".length);
    const content = `paged for ${service}: ${interaction.fields.getTextInputValue("reason")}`;
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  }
});
await client.login(BOT_TOKEN);
