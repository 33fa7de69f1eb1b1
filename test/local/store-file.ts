import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What another process does to a workspace's store, or sees in it: waits for its turn to write. */
export function inStore<T>(root: string, use: (store: DatabaseSync) => T): T {
  const store = new DatabaseSync(join(root, ".esteira/esteira.db"), { timeout: 10_000 });
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** The states of all tries of steps: `waiting` for the machine, `running`, `ended`. */
export function attemptStates(root: string): readonly string[] {
  return inStore(root, (store) =>
    store
      .prepare("SELECT state FROM attempts ORDER BY id")
      .all()
      .map(({ state }) => String(state)),
  );
}
