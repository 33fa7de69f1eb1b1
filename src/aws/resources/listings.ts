import { once } from "../../core/concurrency.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ResourceNames } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

/** How a service lists what can belong to some projects; each kind of resource has its own. */
export interface Listing<Item> {
  /** In the infinitive, for messages: `list schedules`. */
  readonly action: string;
  /** What is there, by name; things of others may come along. */
  read(context: AwsContext, projects: readonly ResourceNames[]): Promise<ReadonlyMap<string, Item>>;
}

/** Listings for the projects of one plan, each asked at most once. */
export interface Listings {
  /** Of how many projects they are. */
  readonly size: number;
  of<Item>(listing: Listing<Item>): Promise<Result<ReadonlyMap<string, Item>, PlatformError>>;
}

export function listingsOf(context: AwsContext, projects: readonly ResourceNames[]): Listings {
  const asked = new Map<
    object,
    () => Promise<Result<ReadonlyMap<string, unknown>, PlatformError>>
  >();
  return {
    size: projects.length,
    of<Item>(listing: Listing<Item>) {
      const ask =
        asked.get(listing) ??
        once(() =>
          callAws(context.environment.name, listing.action, () => listing.read(context, projects)),
        );
      asked.set(listing, ask);
      return ask() as Promise<Result<ReadonlyMap<string, Item>, PlatformError>>;
    },
  };
}

/** Asks for page after page until one names no next. */
export async function everyPage(
  ask: (token: string | undefined) => Promise<string | undefined>,
): Promise<void> {
  let token: string | undefined;
  do token = await ask(token);
  while (token !== undefined);
}

/**
 * The longest text that all of these begin with; of no texts, the empty one. The longer the prefix
 * that is listed, the less of others comes along.
 */
export function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...rest] = texts;
  let length = first.length;
  for (const text of rest) {
    while (!text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
