import { expect, test } from "vitest";
import { createFakeContext } from "../test/fake-context.ts";
import { waitForNotifications } from "./wait-for-notifications.ts";

test("gives up after its time, and leaves the rest to the relay", async () => {
  const context = createFakeContext();
  const connection = { url: "http://relay.example", apiKey: "k", apiSecret: "s", source: "--url" };
  const data = { notifications: [{ channel: "discord", destination: "alerts", status: "pending" }] };
  let count = 0;
  const fetchImplementation = async (): Promise<Response> => {
    count += 1;
    return Response.json({ data });
  };
  let nowMs = 0;
  const sleep = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  const options = { json: false, fetchImplementation, timeoutMs: 500, pollMs: 100, now: () => nowMs, sleep };
  expect(await waitForNotifications(context, connection, "alt_1", options)).toBe(1);
  expect(count).toBe(5);
  expect(context.out()).toBe("  alerts  pending\n");
  expect(context.err()).toContain("1 of 1 notifications are still pending after 0.5 s");
});

test("prints where each one stands, with the thread that goes with it", async () => {
  const context = createFakeContext();
  const connection = { url: "http://relay.example", apiKey: "k", apiSecret: "s", source: "--url" };
  const at = { channel: "discord", status: "delivered", message_id: "7" };
  const notifications = [
    { ...at, destination: "alerts", channel_id: "5" },
    { ...at, destination: "critical", channel_id: "5", thread_id: "7" },
    { ...at, destination: "forum", channel_id: "7", thread_id: "7" },
  ];
  const fetchImplementation = async (): Promise<Response> => Response.json({ data: { notifications } });
  expect(await waitForNotifications(context, connection, "alt_1", { json: false, fetchImplementation })).toBe(0);
  expect(context.out()).toBe(
    [
      "  alerts  delivered  message 7 in channel 5\n",
      "  critical  delivered  message 7 in channel 5, thread 7\n",
      "  forum  delivered  message 7 in channel 7\n",
    ].join(""),
  );
});
