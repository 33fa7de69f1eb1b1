import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from "@aws-sdk/client-s3";

import { orAbsent } from "../bootstrap/step.ts";
import { type Check, failedBy } from "../../platform/check.ts";
import { type BucketLocation, bucketLocation } from "../bucket/location.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";

const subject = "artifacts";
/** Objects there can't be read until somebody restores them. */
const unreadable = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** A rule of the bucket's that takes away what Esteira or a run needs. */
export interface TakingRule {
  readonly rule: string;
  readonly takes: "artifacts" | "documents";
  /** `removes them after 30 days`, `moves them to GLACIER after 10 days`. */
  readonly does: string;
}

/**
 * That no lifecycle rule of the bucket removes artifacts, whatever they are needed for, or
 * documents of Esteira's. Who owns the bucket decides its rules: they are read, and never written.
 */
export async function checkLifecycle(context: AwsContext): Promise<Check[]> {
  const { environment, workspace, clients } = context;
  const location = bucketLocation(workspace, environment);
  const about = { project: undefined, subject };
  const read = await callAws(
    environment.name,
    `read the lifecycle rules of the bucket ${location.bucket}`,
    () =>
      orAbsent(
        () =>
          clients.s3.send(
            new GetBucketLifecycleConfigurationCommand({
              Bucket: location.bucket,
              ExpectedBucketOwner: environment.accountId,
            }),
          ),
        // What isn't there is reported by the check of the base layer.
        (e) => isError(e, "NoSuchLifecycleConfiguration") || isError(e, "NoSuchBucket"),
      ),
  );
  if (!read.ok) return [failedBy(about, read.error)];
  const found = takingRules(read.value?.Rules ?? [], location);
  return found.map(({ rule, takes, does }): Check => {
    const whose = `the lifecycle rule "${rule}" of the bucket ${location.bucket}`;
    if (takes === "documents") {
      return {
        ...about,
        outcome: "failed",
        message: `${whose} is for ${location.documents} too, and ${does}: releases, the ledger and the audit trail are there`,
        help: `limit the rule to other prefixes than ${location.documents}`,
      };
    }
    return {
      ...about,
      outcome: "warning",
      message: `${whose} is for artifacts too, and ${does}, those of the last good run and of what a cache names as well`,
      help: `limit the rule to other prefixes than ${location.artifacts}; keep_artifacts_days in esteira.yaml removes what is old, and leaves those`,
    };
  });
}

/**
 * Rules that take away what lies below the location. One that asks for tags doesn't: Esteira gives
 * objects none. However late a rule removes artifacts: it knows no last good run.
 */
export function takingRules(
  rules: readonly LifecycleRule[],
  { artifacts, documents }: Pick<BucketLocation, "artifacts" | "documents">,
): readonly TakingRule[] {
  return rules.flatMap((rule) => {
    if (rule.Status !== "Enabled" || rule.ID?.startsWith("esteira-") === true) return [];
    if (rule.Filter?.Tag !== undefined || (rule.Filter?.And?.Tags ?? []).length > 0) return [];
    const does = whatItDoes(rule);
    if (does === undefined) return [];
    const prefix = rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? prefixOfOld(rule) ?? "";
    const meets = (place: string) => place.startsWith(prefix) || prefix.startsWith(place);
    const name = rule.ID ?? "without a name";
    return (["documents", "artifacts"] as const)
      .filter((takes) => meets(takes === "documents" ? documents : artifacts))
      .map((takes) => ({ rule: name, takes, does }));
  });
}

function whatItDoes({ Expiration, Transitions }: LifecycleRule): string | undefined {
  const { Days, Date: date } = Expiration ?? {};
  if (Days !== undefined) return `removes them after ${Days} days`;
  if (date !== undefined) return `removes them on ${date.toISOString().slice(0, 10)}`;
  const away = (Transitions ?? []).find(({ StorageClass = "" }) => unreadable.has(StorageClass));
  if (away === undefined) return undefined;
  return `moves them to ${away.StorageClass} after ${away.Days ?? 0} days, where nobody can read them`;
}

/** Rules of before 2018 have it beside the filter. */
function prefixOfOld(rule: LifecycleRule): string | undefined {
  // oxlint-disable-next-line typescript/no-deprecated -- buckets still have such rules
  return rule.Prefix;
}
