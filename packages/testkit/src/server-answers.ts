import { askServer } from "./ask-server.ts";

const REDIS_PORT = 6379;
const POSTGRES_PORT = 5432;
/** https://www.postgresql.org/docs/current/protocol-message-formats.html, StartupMessage: 3.0 as major and minor of 16 bits. */
const POSTGRES_PROTOCOL = 3 << 16;

/** Whether a Redis that lets the URL's user in answers a PING within `timeoutMs`. */
export function redisAnswers(url: string, timeoutMs: number): Promise<boolean> {
  const { hostname, port, username, password } = new URL(url);
  const ping = ["PING"];
  const login = ["AUTH", ...(username === "" ? [] : [decodeURIComponent(username)]), decodeURIComponent(password)];
  const commands = password === "" ? [ping] : [login, ping];
  return askServer({
    ...address(hostname, port, REDIS_PORT),
    request: Buffer.from(commands.map(redisCommand).join("")),
    judge(answer) {
      const lines = answer.toString("latin1").split("\r\n").slice(0, -1);
      if (lines.some((line) => line.startsWith("-"))) return false;
      return lines.includes("+PONG") ? true : undefined;
    },
    timeoutMs,
  });
}

/**
 * Whether a Postgres is ready for queries in the URL's database within `timeoutMs`. A server that asks for a password
 * counts as ready: whether the password is right is for the tests to find out.
 */
export function postgresAnswers(url: string, timeoutMs: number): Promise<boolean> {
  const { hostname, port, username, pathname } = new URL(url);
  const user = decodeURIComponent(username) || "postgres";
  return askServer({
    ...address(hostname, port, POSTGRES_PORT),
    request: startupMessage(user, decodeURIComponent(pathname.slice(1)) || user),
    judge: judgeStartup,
    timeoutMs,
  });
}

function address(hostname: string, port: string, defaultPort: number) {
  // An IPv6 host stands in brackets in a URL only.
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? defaultPort : Number(port) };
}

/** https://redis.io/docs/latest/develop/reference/protocol-spec/: an array of bulk strings. */
function redisCommand(words: readonly string[]): string {
  return [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ""].join("\r\n");
}

function startupMessage(user: string, database: string): Buffer {
  const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + body.length, 0);
  head.writeInt32BE(POSTGRES_PROTOCOL, 4);
  return Buffer.concat([head, body]);
}

/** Reads message after message: one byte of type, then the length of what follows, itself included. */
function judgeStartup(answer: Buffer): boolean | undefined {
  for (let start = 0; start + 5 <= answer.length; start += 1 + answer.readInt32BE(start + 1)) {
    const type = String.fromCharCode(answer.readUInt8(start));
    if (type === "E") return false;
    if (type === "Z") return true;
    if (type === "R" && start + 9 <= answer.length && answer.readInt32BE(start + 5) !== 0) return true;
  }
  return undefined;
}
