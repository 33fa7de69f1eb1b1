import type { Host } from "./host.ts";

/**
 * Who acts on AWS: whom the credentials belong to, as CloudTrail has it, and beside that the person
 * who was named, and in a job of GitHub Actions its address.
 */
export function actorWith(environment: Host["environment"]): (arn: string) => string {
  const beside = [
    environment["ESTEIRA_ACTOR"] || environment["GITHUB_ACTOR"] || undefined,
    jobAddress(environment),
  ].filter((text) => text !== undefined);
  return (arn) => (beside.length === 0 ? arn : `${arn} (${beside.join(", ")})`);
}

/**
 * The page of the job's run; undefined elsewhere. The variables:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
function jobAddress(environment: Host["environment"]): string | undefined {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
  } = environment;
  if (environment["GITHUB_ACTIONS"] !== "true" || !server || !repository || !run) return undefined;
  return `${server}/${repository}/actions/runs/${run}`;
}
