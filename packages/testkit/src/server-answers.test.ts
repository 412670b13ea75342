import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "./free-port.ts";
import { postgresAnswers, redisAnswers } from "./server-answers.ts";

const SHORT_MS = 100;

/** A server that answers whatever comes with these bytes, and notes what came. */
async function answering(...chunks: readonly (string | Buffer)[]) {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => {
      received.push(data.toString("latin1"));
      for (const chunk of chunks) socket.write(chunk);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** A message of Postgres's protocol: type, length with itself, body. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}
const loginOk = message("R", Buffer.from([0, 0, 0, 0]));
const wantsPassword = message("R", Buffer.from([0, 0, 0, 10]));
const ready = message("Z", Buffer.from("I"));
const error = message("E", Buffer.from("SFATAL\0C57P03\0Mstarting up\0\0"));

test("a Redis answers when it says PONG", async () => {
  const { host, received } = await answering("+PONG\r\n");
  expect(await redisAnswers(`redis://${host}`, SHORT_MS)).toBe(true);
  expect(received).toEqual(["*1\r\n$4\r\nPING\r\n"]);
});

test("a Redis with a password is asked with it", async () => {
  const { host, received } = await answering("+OK\r\n", "+PONG\r\n");
  expect(await redisAnswers(`redis://ann:s%40fe@${host}`, SHORT_MS)).toBe(true);
  expect(received[0]).toContain("AUTH\r\n$3\r\nann\r\n$4\r\ns@fe\r\n");
});

test.each(["-NOAUTH Authentication required.\r\n", "-LOADING Redis is loading\r\n", "HTTP/1.1 400\r\n", ""])(
  "a Redis that says %j does not count",
  async (answer) => {
    const { host } = await answering(answer);
    expect(await redisAnswers(`redis://${host}`, SHORT_MS)).toBe(false);
  },
);

test("a Postgres answers when it is ready for queries, however the bytes are cut", async () => {
  const bytes = Buffer.concat([loginOk, message("S", Buffer.from("a\0b\0")), ready]);
  const { host, received } = await answering(bytes.subarray(0, 3), bytes.subarray(3, 12), bytes.subarray(12));
  expect(await postgresAnswers(`postgres://ann@${host}/base`, SHORT_MS)).toBe(true);
  expect(received[0]).toContain("user\0ann\0database\0base\0\0");
});

test("a Postgres that asks for a password answers", async () => {
  const { host } = await answering(wantsPassword);
  expect(await postgresAnswers(`postgres://ann@${host}/base`, SHORT_MS)).toBe(true);
});

test.each([
  ["starts up", error],
  ["has no such database", Buffer.concat([loginOk, error])],
  ["says half", loginOk.subarray(0, 7)],
  ["says nothing", Buffer.alloc(0)],
])("a Postgres that %s does not count", async (_state, answer) => {
  const { host } = await answering(answer);
  expect(await postgresAnswers(`postgres://${host}/base`, SHORT_MS)).toBe(false);
});

test.each([redisAnswers, postgresAnswers])("nobody at the port is no answer, not an error (%#)", async (answers) => {
  expect(await answers(`any://127.0.0.1:${await freePort()}`, SHORT_MS)).toBe(false);
});
