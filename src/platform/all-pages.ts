import { err, ok, type Result } from "../core/result.ts";
import type { Page, PageRequest } from "./page.ts";
import type { PlatformError } from "./port.ts";

const pageSize = 200;

/**
 * Items of all pages, to the first one that is enough. A page without items is the newest of what
 * still grows.
 */
export async function allPages<Item>(
  read: (page: PageRequest) => Promise<Result<Page<Item>, PlatformError>>,
  enough: (item: Item) => boolean = () => false,
  limit = pageSize,
): Promise<Result<readonly Item[], PlatformError>> {
  const all: Item[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read({ limit, ...(cursor === undefined ? {} : { cursor }) });
    if (!page.ok) return err(page.error);
    all.push(...page.value.items);
    cursor = page.value.next;
    if (cursor === undefined || page.value.items.length === 0 || page.value.items.some(enough)) {
      return ok(all);
    }
  }
}
