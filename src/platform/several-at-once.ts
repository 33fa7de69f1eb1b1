/** So many questions are under way together. */
const atOnce = 8;

/** Asks about each item, a few at a time; the answers are in the order of the items. */
export async function severalAtOnce<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < items.length; index += atOnce) {
    answers.push(...(await Promise.all(items.slice(index, index + atOnce).map(ask))));
  }
  return answers;
}
