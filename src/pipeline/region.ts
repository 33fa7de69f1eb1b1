import { ownValue } from "../core/own.ts";

/**
 * The two variables that name the region. boto3 reads `AWS_DEFAULT_REGION` only, the other SDKs
 * `AWS_REGION`; the ECS agent sets both since 1.104.0, but neither where one of them is set:
 * https://github.com/aws/amazon-ecs-agent (`ApplyRegionToContainer`).
 */
const REGION_VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

/**
 * The region for those of the two variables that nobody set: where one was set, the other says the
 * same, so that no two libraries of a step ask two regions.
 *
 * @param set what is set at the place where the region goes
 * @param taken names that may not be set there, since they get their value elsewhere
 * @param otherwise the region where neither was set; undefined: nothing then
 */
export function regionVariables(
  set: Readonly<Record<string, string>>,
  taken: ReadonlySet<string>,
  otherwise: string | undefined,
): Readonly<Record<string, string>> {
  const region =
    REGION_VARIABLES.map((name) => ownValue(set, name)).find((one) => one) ?? otherwise;
  if (region === undefined) return {};
  const missing = REGION_VARIABLES.filter((name) => !Object.hasOwn(set, name) && !taken.has(name));
  return Object.fromEntries(missing.map((name) => [name, region]));
}
