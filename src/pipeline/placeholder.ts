/**
 * What only a deploy can know, as it is in a compiled definition: `${task_definition}`. The set
 * is closed; `release/placeholders.ts` puts the values in.
 */
export const PLACEHOLDERS = [
  /** `recsys:42`, or the revision's ARN. */
  "task_definition",
  /** Where artifacts are kept, without a slash at the end: `s3://bucket/artifacts`. */
  "artifacts_uri",
  /** The bucket of `artifacts_uri`. */
  "artifacts_bucket",
  /** The prefix of keys in that bucket: empty, or with a slash at its end. */
  "artifacts_prefix",
  /** The function that is asked for places in pools. */
  "pools_function",
  /** The model that the release was deployed with: `models:/recsys/3`. */
  "model_uri",
  /** How far the schedule's zone is ahead of UTC, from when on: `ZoneOffsets` as JSON. */
  "zone_offsets",
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A place to be filled. */
export function placeholder(name: Placeholder): string {
  return `\${${name}}`;
}

/** Keeps `${` in somebody's text from being mistaken for a placeholder. */
export function escapePlaceholders(text: string): string {
  return text.replaceAll("${", () => "$${");
}
