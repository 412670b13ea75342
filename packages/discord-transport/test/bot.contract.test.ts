import { describe, test } from "vitest";
import { transportContract } from "../src/testing/index.ts";
import { botHarness } from "./emulator-world.ts";

describe("the bot transport", () => {
  transportContract({ describe, test }, botHarness);
});
