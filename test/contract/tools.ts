import type { Result } from "../../src/core/result.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { ApplyEvent, ApplySummary, Platform, PlatformError } from "../../src/platform/port.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { runInput } from "../../src/runs/input.ts";
import type { RunInput, RunSummary } from "../../src/runs/model.ts";
import type { Page, PageRequest } from "../../src/platform/page.ts";

export function value<T>(result: Result<T, PlatformError>): T {
  if (!result.ok) throw new Error(`${result.error.reason}: ${result.error.message}`);
  return result.value;
}

/** Why it was refused; fails where it wasn't. */
export function reason(result: Result<unknown, PlatformError>): PlatformError["reason"] {
  if (result.ok) throw new Error("expected a failure");
  return result.error.reason;
}

export function input(changes: Partial<RunInput> = {}): RunInput {
  return runInput({ actor: "ana", ...changes });
}

/** Plans and applies as `deploy` does. */
export async function deploy(
  platform: Platform,
  releases: readonly FingerprintedRelease[],
  options: { readonly known?: readonly string[]; readonly prune?: boolean } = {},
): Promise<{ readonly summary: ApplySummary; readonly events: readonly ApplyEvent[] }> {
  const known = [
    ...releases.map(({ release }) => release.project),
    ...((options.known ?? []) as FingerprintedRelease["release"]["project"][]),
  ];
  const plan = value(await platform.plan(releases, { known, prune: options.prune === true }));
  const events: ApplyEvent[] = [];
  const listener = (event: ApplyEvent): void => void events.push(event);
  const summary = value(await platform.apply(plan, releases, { actor: "ana", listener }));
  return { summary, events };
}

/** Reads page after page to where there is no more by now. */
export async function readAll<Item>(
  read: (page: PageRequest) => Promise<Result<Page<Item>, PlatformError>>,
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly ended: boolean; readonly pages: number }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = value(await read(cursor === undefined ? { limit } : { cursor, limit }));
    if (page.items.length > limit) throw new Error(`page of ${page.items.length}, limit ${limit}`);
    items.push(...page.items);
    if (page.next === undefined) return { items, ended: true, pages };
    if (page.items.length === 0) return { items, ended: false, pages };
    cursor = page.next;
  }
}

/** Follows a run until the platform's answer is as wanted. */
export async function until(
  platform: Platform,
  run: RunId,
  wanted: (summary: RunSummary) => boolean | Promise<boolean>,
): Promise<RunSummary> {
  for (;;) {
    const summary = value(await platform.run(run));
    if (await wanted(summary)) return summary;
    await platform.changed(run, 1000);
  }
}

export const ended = (summary: RunSummary): boolean => summary.status !== "RUNNING";
