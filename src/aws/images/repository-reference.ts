import type { AwsEnvironment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { RepositoryReference } from "../../oci/reference.ts";
import type { PlatformError } from "../../platform/port.ts";

/** Where an environment's images are. */
export function repositoryOf(
  { name, accountId, region, repository }: AwsEnvironment,
  partition: string,
): Result<RepositoryReference, PlatformError> {
  if (repository.kind === "ecr") {
    const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return ok({ host: `${accountId}.dkr.ecr.${region}.${domain}`, path: repository.name });
  }
  const slash = repository.reference.indexOf("/");
  const host = repository.reference.slice(0, Math.max(0, slash));
  const path = repository.reference.slice(slash + 1);
  // What has neither dot nor port is not a host to Docker, but a name at its own registry.
  if (path !== "" && (/[.:]/.test(host) || host === "localhost")) return ok({ host, path });
  return err({
    reason: "invalid",
    message: `\`registry\` of environment ${name} names no host: ${repository.reference}`,
    help: "write it with the registry's host, such as registry.example.com/ml/images",
  });
}
