import { expect, test } from "vitest";
import { filesDefect, toMultipart } from "./message-files.ts";

const MIB = 1024 * 1024;
const ofSize = (bytes: number, name = "a") => ({ name, base64: Buffer.alloc(bytes).toString("base64") });

test("files of exactly the limits may go", () => {
  const sizes = [10 * MIB, 10 * MIB, 5 * MIB];
  expect(filesDefect(sizes.map((bytes, index) => ofSize(bytes, `${index}`)))).toBeNull();
  expect(filesDefect(Array.from({ length: 10 }, (_, index) => ofSize(0, `${index}`)))).toBeNull();
  expect(filesDefect()).toBeNull();
});

test("one byte or one file more may not", () => {
  const sizes = [10 * MIB, 10 * MIB, 5 * MIB + 1];
  const wrong = [
    [ofSize(10 * MIB + 1)],
    sizes.map((bytes, index) => ofSize(bytes, `${index}`)),
    Array.from({ length: 11 }, (_, index) => ofSize(0, `${index}`)),
  ];
  for (const files of wrong) expect(filesDefect(files)).toMatchObject({ reason: "too-large" });
});

test("base64 of any length and of both alphabets is understood", () => {
  for (const base64 of ["", "NA==", "NA", "NDI=", "-_-_", "+/+/"]) {
    expect(filesDefect([{ name: "a", base64 }])).toBeNull();
  }
});

test("a multipart body has the JSON first and each file under its number", async () => {
  const files = [
    { name: 'a"b\r\n.txt', base64: "NDI=", contentType: "text/plain" },
    { name: "b.bin", base64: "AP8=" },
  ];
  const { contentType, bytes } = await toMultipart('{"content":"x"}', files);
  const form = await new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { "content-type": contentType },
  }).formData();
  expect([...form.keys()]).toEqual(["payload_json", "files[0]", "files[1]"]);
  expect(form.get("payload_json")).toBe('{"content":"x"}');
  const [text, binary] = [form.get("files[0]"), form.get("files[1]")] as File[];
  expect([text?.type, await text?.text()]).toEqual(["text/plain", "42"]);
  expect([binary?.type, binary?.name, [...((await binary?.bytes()) ?? [])]]).toEqual([
    "application/octet-stream",
    "b.bin",
    [0, 255],
  ]);
  // A name cannot end its header and begin another.
  expect(Buffer.from(bytes).toString("latin1")).toContain('filename="a%22b%0D%0A.txt"');
});
