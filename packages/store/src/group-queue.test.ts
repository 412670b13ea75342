import { expect, test } from "vitest";
import { createGroupQueue, type Group, type PendingWrite } from "./group-queue.ts";

const work = async (): Promise<void> => {};

/** Notes the groups, and answers each when the test says. */
function heldGroups(options: { maxGroupCount: number; laneCount: number }) {
  const groups: { readonly group: Group; finish(): void }[] = [];
  const queue = createGroupQueue({
    ...options,
    runGroup: (group) =>
      new Promise((resolve) => {
        const finish = (): void => {
          for (const pending of group) pending.resolve(undefined);
          resolve();
        };
        groups.push({ group, finish });
      }),
  });
  return { queue, groups, counts: () => groups.map(({ group }) => group.length) };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("a burst is shared out among the lanes", async () => {
  const { queue, counts } = heldGroups({ maxGroupCount: 64, laneCount: 4 });
  for (let count = 0; count < 10; count++) queue.write(work);
  await nextTurn();
  expect(counts()).toEqual([3, 3, 2, 2]);
});

test("with one lane a burst is one group, up to the limit, and what comes meanwhile joins the next", async () => {
  const { queue, groups, counts } = heldGroups({ maxGroupCount: 6, laneCount: 1 });
  for (let count = 0; count < 10; count++) queue.write(work);
  await nextTurn();
  expect(counts()).toEqual([6]);
  queue.write(work);
  groups[0]?.finish();
  await nextTurn();
  await nextTurn();
  expect(counts()).toEqual([6, 5]);
});

test("writes that are put back run first, and those put behind run last", async () => {
  const { queue, groups } = heldGroups({ maxGroupCount: 1, laneCount: 1 });
  const pending = (): PendingWrite => ({ work, resolve: () => {}, reject: () => {}, queuedAt: 0 });
  const [first, last] = [pending(), pending()];
  for (let count = 0; count < 2; count++) queue.write(work);
  await nextTurn();
  queue.putLast([last]);
  queue.putFirst([first]);
  for (let count = 0; count < 4; count++) {
    groups[count]?.finish();
    await nextTurn();
    await nextTurn();
  }
  expect(groups[1]?.group).toEqual([first]);
  expect(groups[3]?.group).toEqual([last]);
});

test("draining refuses new writes and waits for those that are put back", async () => {
  const { queue, groups } = heldGroups({ maxGroupCount: 8, laneCount: 2 });
  const accepted = queue.write(work);
  await nextTurn();
  let drained = false;
  const draining = queue.drain().then(() => {
    drained = true;
  });
  await expect(queue.write(work)).rejects.toMatchObject({ code: "STORE_CLOSED" });
  queue.putFirst(groups[0]?.group ?? []);
  await nextTurn();
  groups[0]?.finish();
  await accepted;
  await nextTurn();
  expect(drained).toBe(false);
  groups[1]?.finish();
  await draining;
  expect(groups).toHaveLength(2);
});
