/** Ids are stored as 64-bit integers, so that they sort by time; the JSON bodies keep them as Discord's strings. */
const FIRST = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE users (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE channels (id INTEGER PRIMARY KEY, parent_id INTEGER, type INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX channels_by_parent ON channels (parent_id, id);
  CREATE TABLE webhooks (id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, author_id INTEGER NOT NULL, pinned_at INTEGER, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_channel ON messages (channel_id, id);
  CREATE TABLE reactions (
    position INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL, emoji TEXT NOT NULL, user_id INTEGER NOT NULL,
    body TEXT NOT NULL, UNIQUE (message_id, emoji, user_id)
  ) STRICT;
  CREATE TABLE attachments (id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, content_type TEXT, content BLOB NOT NULL) STRICT;
  CREATE INDEX attachments_by_message ON attachments (message_id);
  CREATE TABLE nonces (
    author_id INTEGER NOT NULL, nonce TEXT NOT NULL, message_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (author_id, nonce)
  ) STRICT;
`;

/** Guilds with members, roles and bots. What stands in them for an older directory is founded when it is opened. */
const GUILDS = `
  CREATE TABLE guilds (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE roles (id INTEGER PRIMARY KEY, guild_id INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX roles_by_guild ON roles (guild_id, id);
  CREATE TABLE members (
    guild_id INTEGER NOT NULL, user_id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (guild_id, user_id)
  ) STRICT;
  CREATE INDEX members_by_user ON members (user_id, guild_id);
  CREATE TABLE bans (guild_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (guild_id, user_id)) STRICT;
  CREATE TABLE bots (user_id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE direct_channels (
    bot_id INTEGER NOT NULL, user_id INTEGER NOT NULL, channel_id INTEGER NOT NULL, PRIMARY KEY (bot_id, user_id)
  ) STRICT;
  CREATE TABLE closed_to_direct_messages (user_id INTEGER PRIMARY KEY) STRICT;
  ALTER TABLE channels ADD COLUMN guild_id INTEGER;
  UPDATE channels SET guild_id = CAST(body ->> 'guild_id' AS INTEGER);
  CREATE INDEX channels_by_guild ON channels (guild_id, id);
`;

/**
 * Members of threads, when threads archive, commands of applications. Threads that an older directory holds get their
 * times from what they say about themselves, and their starters as members.
 */
const THREADS_AND_COMMANDS = `
  ALTER TABLE channels ADD COLUMN archived_at INTEGER;
  ALTER TABLE channels ADD COLUMN archive_due_at INTEGER;
  UPDATE channels SET archived_at = CAST(ROUND(unixepoch(body ->> '$.thread_metadata.archive_timestamp', 'subsec') * 1000) AS INTEGER)
    WHERE type IN (10, 11, 12) AND body ->> '$.thread_metadata.archived' = 1;
  UPDATE channels SET archive_due_at = (body ->> '$.thread_metadata.auto_archive_duration') * 60000 + MAX(
      CAST(ROUND(unixepoch(body ->> '$.thread_metadata.archive_timestamp', 'subsec') * 1000) AS INTEGER),
      (CAST(COALESCE(body ->> '$.last_message_id', '0') AS INTEGER) >> 22) + 1420070400000)
    WHERE type IN (10, 11, 12) AND archived_at IS NULL;
  CREATE INDEX threads_archived ON channels (parent_id, archived_at) WHERE archived_at IS NOT NULL;
  CREATE INDEX threads_due ON channels (archive_due_at) WHERE archive_due_at IS NOT NULL;
  CREATE INDEX threads_active ON channels (guild_id, id) WHERE archive_due_at IS NOT NULL;
  CREATE TABLE thread_members (
    thread_id INTEGER NOT NULL, user_id INTEGER NOT NULL, joined_at INTEGER NOT NULL, PRIMARY KEY (thread_id, user_id)
  ) STRICT;
  CREATE INDEX thread_members_by_user ON thread_members (user_id, thread_id);
  INSERT INTO thread_members (thread_id, user_id, joined_at)
    SELECT channels.id, users.id, (channels.id >> 22) + 1420070400000 FROM channels
    JOIN users ON users.id = CAST(channels.body ->> 'owner_id' AS INTEGER) WHERE channels.type IN (10, 11, 12);
  CREATE INDEX messages_pinned ON messages (channel_id, pinned_at) WHERE pinned_at IS NOT NULL;
  CREATE INDEX nonces_by_age ON nonces (created_at);
  CREATE TABLE commands (
    id INTEGER PRIMARY KEY, application_id INTEGER NOT NULL, guild_id INTEGER, type INTEGER NOT NULL, name TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX commands_by_name ON commands (application_id, COALESCE(guild_id, 0), type, name);
  CREATE TABLE command_creates (application_id INTEGER NOT NULL, guild_id INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE INDEX command_creates_by_age ON command_creates (application_id, guild_id, created_at);
  CREATE TABLE command_permissions (
    application_id INTEGER NOT NULL, guild_id INTEGER NOT NULL, command_id INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (application_id, guild_id, command_id)
  ) STRICT;
`;

/**
 * Interactions, messages that one user sees, and for everyone in guilds that were founded before them the right to run
 * commands: what everyone had then is 309237763136, and USE_APPLICATION_COMMANDS is 1 << 31.
 */
const INTERACTIONS = `
  CREATE TABLE interactions (
    id INTEGER PRIMARY KEY, opener_id INTEGER, created_at INTEGER NOT NULL, due_at INTEGER, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX interactions_by_age ON interactions (created_at);
  CREATE INDEX interactions_due ON interactions (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX interactions_by_opener ON interactions (opener_id) WHERE opener_id IS NOT NULL;
  CREATE TABLE ephemeral_messages (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, viewer_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX ephemeral_messages_by_viewer ON ephemeral_messages (channel_id, viewer_id, id);
  CREATE INDEX ephemeral_messages_by_age ON ephemeral_messages (created_at);
  UPDATE roles SET body = json_set(body, '$.permissions', '311385246784')
    WHERE id = guild_id AND body ->> '$.permissions' = '309237763136';
`;

/**
 * What turns each version of the database into the next one; version n has been through the first n. Only ever add to the
 * end: directories of every earlier version are brought forward when they are opened.
 */
export const MIGRATIONS: readonly string[] = [FIRST, GUILDS, THREADS_AND_COMMANDS, INTERACTIONS];
