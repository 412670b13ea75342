import { describe, test } from "vitest";
import { transportContract } from "../src/testing/index.ts";
import { webhookHarness } from "./emulator-world.ts";

describe("the webhook transport", () => {
  transportContract({ describe, test }, webhookHarness);
});
