/**
 * Gives what is pushed to a handler, one batch after the other: what comes while a batch is handled
 * waits for the next one, together.
 *
 * @param handle starts within the first `push`
 * @param broken called when it throws; what waits then is handled at the next push
 */
export function openInbox<Item>(
  handle: (batch: readonly Item[]) => Promise<void>,
  broken: (error: unknown) => void,
): { push(item: Item): void } {
  const waiting: Item[] = [];
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    try {
      for (let batch = waiting.splice(0); batch.length > 0; batch = waiting.splice(0)) {
        await handle(batch);
      }
    } catch (error) {
      broken(error);
    } finally {
      busy = false;
    }
  };
  return {
    push(item) {
      waiting.push(item);
      if (!busy) void work();
    },
  };
}
