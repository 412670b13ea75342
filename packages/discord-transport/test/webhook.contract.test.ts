import { describe, test } from "vitest";
import { transportContract } from "../src/testing/index.ts";
import { connectWebhookWorld } from "./emulator-world.ts";

describe("the webhook transport", () => {
  transportContract({ describe, test }, { opensForumPosts: true, connect: connectWebhookWorld });
});
