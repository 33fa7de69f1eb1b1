import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/** A place in a list that grows: reads what is new since the last time. */
export interface Tail<Item> {
  /** Everything that there is now and wasn't given before. */
  readonly read: () => Promise<Result<readonly Item[], PlatformError>>;
  /**
   * The next page of it, so that not all has to be in memory at once; empty where there is nothing
   * new.
   */
  readonly next: () => Promise<Result<readonly Item[], PlatformError>>;
  /** True when nothing can come any more. */
  readonly ended: () => boolean;
}

const limit = 1000;

/** Follows a paged list of the platform to its newest item, as often as asked. */
export function tailOf<Item>(
  readPage: (page: PageRequest) => Promise<Result<Page<Item>, PlatformError>>,
): Tail<Item> {
  let cursor: string | undefined;
  let ended = false;
  const next = async (): Promise<Result<readonly Item[], PlatformError>> => {
    if (ended) return ok([]);
    const page = await readPage(cursor === undefined ? { limit } : { limit, cursor });
    if (!page.ok) return page;
    ended = page.value.next === undefined;
    cursor = page.value.next ?? cursor;
    return ok(page.value.items);
  };
  const read = async (): Promise<Result<readonly Item[], PlatformError>> => {
    const items: Item[] = [];
    for (;;) {
      const page = await next();
      if (!page.ok) return page;
      items.push(...page.value);
      if (page.value.length === 0) return ok(items);
    }
  };
  return { read, next, ended: () => ended };
}
