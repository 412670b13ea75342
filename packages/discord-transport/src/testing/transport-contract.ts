import assert from "node:assert/strict";
import { deliveryFacts } from "./delivery-facts.ts";
import { failureFacts } from "./failure-facts.ts";
import { fileFacts } from "./file-facts.ts";
import { findingFacts, postFindingFacts } from "./finding-facts.ts";
import { formFacts } from "./form-facts.ts";
import type { Facts, TestRunner, TransportHarness } from "./harness.ts";
import { noNonceFacts, nonceFacts } from "./nonce-facts.ts";
import { noReactionFacts, reactionFacts } from "./reaction-facts.ts";
import { noReadingFacts, readingFacts } from "./reading-facts.ts";
import { noReplyFacts, replyFacts } from "./reply-facts.ts";
import { noThreadChangeFacts, noThreadStartFacts, threadChangeFacts, threadStartFacts } from "./thread-change-facts.ts";
import { forumFacts, threadFacts } from "./thread-facts.ts";

const capabilityFacts: Facts = {
  "what it can do": async (harness) => {
    await using world = await harness.connect();
    assert.deepEqual(world.transport.capabilities, harness.capabilities);
  },
};

/**
 * Declares the tests that every {@link Transport} must pass, with the runner's `describe` and `test`. Each test gets a world
 * of its own and may run beside others. What the harness's capabilities deny must be refused, or not be there.
 */
export function transportContract({ describe, test }: TestRunner, harness: TransportHarness): void {
  const { capabilities: can, opensForumPosts } = harness;
  const groups: Readonly<Record<string, Facts>> = {
    says: capabilityFacts,
    delivers: deliveryFacts,
    "takes messages with": formFacts,
    "takes files, which": fileFacts,
    "a thread": threadFacts,
    ...(opensForumPosts ? { "a forum post": forumFacts } : {}),
    "a nonce": can.enforcesNonce ? nonceFacts : noNonceFacts,
    ...(can.replies ? { replies: replyFacts } : { "does not reply": noReplyFacts }),
    ...(can.startsThreads ? { "starts threads": threadStartFacts } : { "starts no threads": noThreadStartFacts }),
    ...(can.managesThreads ? { "changes threads": threadChangeFacts } : { "changes no threads": noThreadChangeFacts }),
    ...(can.reacts ? { reacts: reactionFacts } : { "does not react": noReactionFacts }),
    ...(can.reads ? { reads: readingFacts, "finds again": findingFacts } : { "does not read": noReadingFacts }),
    ...(can.reads && opensForumPosts ? { "finds again in a forum": postFindingFacts } : {}),
    fails: failureFacts,
  };
  for (const [group, facts] of Object.entries(groups)) {
    describe(group, () => {
      for (const [fact, prove] of Object.entries(facts)) test(fact, () => prove(harness));
    });
  }
}
