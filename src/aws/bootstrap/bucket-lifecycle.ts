import type { LifecycleRule } from "@aws-sdk/client-s3";

import type { BucketLocation } from "../bucket/location.ts";

const idPrefix = "esteira-";
const oldVersionDays = 90;
/** EventBridge delivers an event again for a day at most; two months are for an outage of ours. */
const takenDays = 60;

/**
 * Broken uploads and old versions go away by themselves: the lease alone leaves a version behind
 * every 45 seconds that a deploy takes. Those of the audit trail stay: S3 can't leave a folder out
 * of a rule, so there is a rule for each of the others.
 */
export function lifecycleRules({ artifacts, documents }: BucketLocation): LifecycleRule[] {
  const others = [
    "base.json",
    "lease.json",
    "releases/",
    "holds/",
    "ledger/",
    "notified/",
    "untold/",
    "resumed/",
    "followers/",
    "followed/",
    "triggers/",
    "arrived/",
    "pools.json",
  ];
  return [
    {
      ID: `${idPrefix}tidying`,
      Status: "Enabled",
      Filter: { Prefix: "" },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    },
    // A mark of the fleet is removed whenever a run ends, and what S3 remembers of removed keys is
    // in the way of who lists them.
    {
      ID: `${idPrefix}old-versions-${idOf(`${documents}fleet/`)}`,
      Status: "Enabled",
      Filter: { Prefix: `${documents}fleet/` },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      Expiration: { ExpiredObjectDeleteMarker: true },
    },
    // A mark for each object that has arrived: needed as long as its event may come once more.
    {
      ID: `${idPrefix}marks-${idOf(`${documents}arrived/taken/`)}`,
      Status: "Enabled",
      Filter: { Prefix: `${documents}arrived/taken/` },
      Expiration: { Days: takenDays },
    },
    ...[artifacts, ...others.map((name) => documents + name)].map((Prefix): LifecycleRule => ({
      ID: `${idPrefix}old-versions-${idOf(Prefix)}`,
      Status: "Enabled",
      Filter: { Prefix },
      NoncurrentVersionExpiration: { NoncurrentDays: oldVersionDays },
    })),
  ];
}

function idOf(prefix: string): string {
  return prefix.replaceAll(/[^a-z0-9]+/g, "-").replace(/-$/, "");
}

/** True when our rules are there as they should be; an administrator may have others. */
export function hasLifecycle(
  observed: readonly LifecycleRule[],
  wanted: readonly LifecycleRule[],
): boolean {
  const ours = observed.filter(({ ID = "" }) => ID.startsWith(idPrefix));
  return (
    ours.length === wanted.length &&
    wanted.every((rule) => ours.some((other) => says(other) === says(rule)))
  );
}

/** Ours, with those of an administrator. */
export function withLifecycle(
  observed: readonly LifecycleRule[],
  wanted: readonly LifecycleRule[],
): LifecycleRule[] {
  return [...observed.filter(({ ID = "" }) => !ID.startsWith(idPrefix)), ...wanted];
}

function says(rule: LifecycleRule): string {
  return JSON.stringify([
    rule.ID,
    rule.Status,
    rule.Filter?.Prefix ?? "",
    rule.NoncurrentVersionExpiration?.NoncurrentDays ?? null,
    rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? null,
    rule.Expiration?.ExpiredObjectDeleteMarker ?? false,
  ]);
}
