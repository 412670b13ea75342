import { createServer, type Server } from "node:net";
import { TocsinError } from "@tocsin/errors";
import { expect, test } from "vitest";
import { listening } from "./listening.ts";

const listen = (port: number, host = "127.0.0.1"): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(port, host, () => resolve(server));
  });

test("gives back what listens", async () => {
  const server = await listening(0, "--port", () => listen(0));
  expect(server.listening).toBe(true);
  await server[Symbol.asyncDispose]();
});

test("names a used port and the option that chooses another, also behind another error", async () => {
  await using server = await listen(0);
  const { port } = server.address() as { port: number };
  const wrapped = async (): Promise<Server> => {
    try {
      return await listen(port);
    } catch (cause) {
      throw new TocsinError("cannot start", { code: "X", cause });
    }
  };
  for (const attempt of [() => listen(port), wrapped])
    await expect(listening(port, "--port", attempt)).rejects.toMatchObject({
      code: "CLI_PORT_IN_USE",
      message: `port ${port} is already in use: stop what listens there, or choose another one with --port`,
    });
});

test("names the system's code for an address that cannot be had", async () => {
  await expect(listening(0, "--host", () => listen(0, "192.0.2.1"))).rejects.toMatchObject({
    code: "CLI_LISTEN_FAILED",
    message: expect.stringContaining("EADDRNOTAVAIL"),
  });
});

test("lets other errors pass", async () => {
  const error = new Error("else");
  await expect(listening(0, "--port", () => Promise.reject(error))).rejects.toBe(error);
});
