import { setTimeout as sleep } from "node:timers/promises";

import { loadSqlite, sqliteTrouble } from "../store/sqlite.ts";

const pollMs = 200;

/**
 * Runs `work` while no other process of this machine holds the same lock. The operating system
 * gives it back when its holder dies, however it dies: it is SQLite's own lock on an empty
 * database.
 *
 * @param path of a file that is there for the lock alone
 * @param onWait called once when somebody else holds it
 */
export async function withLock<T>(
  path: string,
  onWait: () => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const database = new (loadSqlite().DatabaseSync)(path, { timeout: 0 });
  try {
    for (let announced = false; !taken(); announced = true) {
      if (!announced) onWait();
      await sleep(pollMs, undefined, { signal });
    }
    return await work();
  } finally {
    database.close();
  }

  function taken(): boolean {
    try {
      database.exec("BEGIN EXCLUSIVE");
      return true;
    } catch (error) {
      if (sqliteTrouble(error) === "busy") return false;
      throw error;
    }
  }
}
