import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import { gatherWatch, type WatchPort } from "../../platform/watch/watch.ts";
import type { WatchFinding } from "../../runs/watch/facts.ts";
import { watchFindings } from "../../runs/watch/watch.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { PromotionsLook } from "./promotions-look.ts";
import { watchPort } from "./watch-port.ts";

export interface WatchLook {
  readonly findings: readonly WatchFinding[];
  /** How many fires and open runs were looked at. */
  readonly fires: number;
  readonly open: number;
  /** Why the model registry gave no answer; undefined where it did, or where none was asked. */
  readonly registry: string | undefined;
}

/**
 * Looks once for what should have happened in an environment and did not.
 *
 * @param now milliseconds since the epoch
 */
export async function lookForMissing(
  platform: Platform,
  now: number,
  promotions: PromotionsLook,
): Promise<Result<WatchLook, Failure>> {
  const look = await lookThrough(watchPort(platform, promotions), now);
  return look.ok ? ok({ ...look.value, registry: promotions.problem() }) : look;
}

/** The same through a port, which may see only so much. */
export async function lookThrough(
  port: WatchPort,
  now: number,
  sees: { readonly watched?: number; readonly mostOpened?: number } = {},
): Promise<Result<Omit<WatchLook, "registry">, Failure>> {
  const facts = await gatherWatch(port, now, sees);
  if (!facts.ok) return failed(fromPlatform(facts.error));
  const sum = (of: "expected" | "open"): number =>
    facts.value.projects.reduce((total, project) => total + project[of].length, 0);
  return ok({
    findings: watchFindings(facts.value),
    fires: sum("expected"),
    open: sum("open"),
  });
}

/** What differs between two looks. */
export interface WatchChange {
  readonly came: readonly WatchFinding[];
  readonly went: readonly WatchFinding[];
}

/** What came up and what is settled since the look before; findings by their keys. */
export function watchChange(
  before: ReadonlyMap<string, WatchFinding>,
  now: ReadonlyMap<string, WatchFinding>,
): WatchChange {
  return {
    came: [...now.values()].filter(({ key }) => !before.has(key)),
    went: [...before.values()].filter(({ key }) => !now.has(key)),
  };
}

/** One look, as `--json` gives it. */
export function watchDocument(
  environment: string,
  { findings, registry }: WatchLook,
): DocumentOf<"watch"> {
  return { environment, findings, registry: registry ?? null };
}

/** The line of `--json` for a finding that came up. */
export function findingDocument(finding: WatchFinding): DocumentOf<"watch-finding"> {
  return { type: "finding", ...finding };
}

/** The line of `--json` for a finding that is settled. */
export function settledDocument({ key }: WatchFinding): DocumentOf<"watch-settled"> {
  return { type: "settled", key };
}

/** The line of `--json` for a look that failed. */
export function unavailableDocument({ message }: Failure): DocumentOf<"watch-unavailable"> {
  return { type: "unavailable", message };
}
