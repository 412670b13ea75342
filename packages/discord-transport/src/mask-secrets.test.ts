import fc from "fast-check";
import { expect, test } from "vitest";
import { maskSecrets } from "./mask-secrets.ts";

const TOKEN = "pQ7_zX1-mK4vB9tR2yW8cL5nD3sF6gH0jU";

test.each([
  ["whole", `token ${TOKEN}!`, "token [redacted]!"],
  ["twice", `${TOKEN} ${TOKEN}`, "[redacted] [redacted]"],
  ["cut short", `token ${TOKEN.slice(0, 20)}…`, "token [redacted]…"],
  ["its end only", `…${TOKEN.slice(-8)}`, "…[redacted]"],
  ["in the middle of a word", `x${TOKEN}x`, "x[redacted]x"],
  ["with a character encoded", TOKEN.replace("W", "%57"), "[redacted]%57[redacted]"],
  ["too little of it to tell", `token ${TOKEN.slice(0, 7)}`, `token ${TOKEN.slice(0, 7)}`],
  ["nothing of it", "You are being rate limited.", "You are being rate limited."],
])("masks a secret that is there: %s", (_what, text, masked) => {
  expect(maskSecrets(text, [TOKEN])).toBe(masked);
});

test("masks several secrets, and leaves short ones, which would mask ordinary words", () => {
  expect(maskSecrets(`a ${TOKEN} b abcdefghij`, [TOKEN, "abcdefghij", "a"])).toBe("a [redacted] b [redacted]");
});

test("leaves no eight characters in a row of a secret, whatever is around them", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.tuple(fc.nat(TOKEN.length), fc.nat(TOKEN.length)).map(([from, to]) => TOKEN.slice(from, to)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const masked = maskSecrets(pieces.join(""), [TOKEN]);
      for (let start = 0; start + 8 <= TOKEN.length; start += 1) {
        expect(masked).not.toContain(TOKEN.slice(start, start + 8));
      }
    }),
  );
});
