import { deliveryFacts } from "./delivery-facts.ts";
import { failureFacts } from "./failure-facts.ts";
import type { TestRunner, TransportHarness } from "./harness.ts";
import { forumFacts, threadFacts } from "./thread-facts.ts";

/**
 * Declares the tests that every {@link Transport} must pass, with the runner's `describe` and `test`. Each test gets a world
 * of its own and may run beside others.
 */
export function transportContract({ describe, test }: TestRunner, harness: TransportHarness): void {
  const groups = {
    delivers: deliveryFacts,
    "a thread": threadFacts,
    ...(harness.opensForumPosts ? { "a forum post": forumFacts } : {}),
    fails: failureFacts,
  };
  for (const [group, facts] of Object.entries(groups)) {
    describe(group, () => {
      for (const [fact, prove] of Object.entries(facts)) test(fact, () => prove(harness));
    });
  }
}
