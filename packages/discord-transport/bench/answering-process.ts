/**
 * A server that answers every request at once with the same Discord message, and prints its port. It reads no more of HTTP
 * than where a request ends, so that it is never what the clients wait for.
 */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

const MESSAGE = JSON.stringify({
  id: "345678901234567890",
  type: 0,
  content: "",
  channel_id: "678901234567890123",
  author: { id: "123456789012345678", username: "Tocsin", avatar: null, discriminator: "0000", bot: true },
  attachments: [],
  embeds: [
    {
      type: "rich",
      title: "Disk full on db1",
      description: "/var is at 97 %. It was at 91 % an hour ago.",
      color: 13_840_175,
      timestamp: "2026-01-01T00:00:00+00:00",
      fields: [
        { name: "Severity", value: "critical", inline: true },
        { name: "Host", value: "db1", inline: true },
      ],
    },
  ],
  mentions: [],
  mention_roles: [],
  pinned: false,
  mention_everyone: false,
  tts: false,
  timestamp: "2026-01-01T00:00:01.234000+00:00",
  edited_timestamp: null,
  flags: 0,
  components: [],
  webhook_id: "123456789012345678",
});
/** As many headers as Discord sends, but none of its limits: both clients would keep to them. */
const ANSWER = [
  "HTTP/1.1 200 OK",
  "Content-Type: application/json",
  `Content-Length: ${Buffer.byteLength(MESSAGE)}`,
  "Date: Thu, 01 Jan 2026 00:00:01 GMT",
  "Connection: keep-alive",
  "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload",
  "Vary: Accept-Encoding",
  "Via: 1.1 google",
  "X-Content-Type-Options: nosniff",
  "Server: bench",
  "",
  MESSAGE,
].join("\r\n");

const server = createServer((socket) => {
  let missing = Number.NaN;
  let head = "";
  socket.setNoDelay(true).on("error", () => undefined);
  socket.on("data", (chunk) => {
    if (Number.isNaN(missing)) {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      missing = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - (head.length - end - 4);
    } else {
      missing -= chunk.length;
    }
    if (missing > 0) return;
    missing = Number.NaN;
    head = "";
    socket.write(ANSWER);
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log((server.address() as AddressInfo).port);
