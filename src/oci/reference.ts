import type { AwsEnvironment } from "../config/model.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";

/** A repository of images, without tag or digest. */
export interface RepositoryReference {
  /** With its port, where it has one: `registry.example.com`, `127.0.0.1:5000`. */
  readonly host: string;
  /** `ml/images` */
  readonly path: string;
}

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
  // What has neither dot nor port is no host to Docker, but a name at its own registry.
  if (path !== "" && (/[.:]/.test(host) || host === "localhost")) return ok({ host, path });
  return err({
    reason: "invalid",
    message: `\`registry\` of environment ${name} names no host: ${repository.reference}`,
    help: "write it with the registry's host, such as registry.example.com/ml/images",
  });
}

/** `host/path` */
export function repositoryName({ host, path }: RepositoryReference): string {
  return `${host}/${path}`;
}

export function isSameRepository(one: RepositoryReference, other: RepositoryReference): boolean {
  return one.host === other.host && one.path === other.path;
}

/** Whether a host is this very machine: only there a registry is spoken to without TLS, as Docker does it. */
export function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}

/** Where a registry's HTTP API is: `https://registry.example.com`. */
export function registryUrl(host: string): string {
  return `${isThisMachine(host) ? "http" : "https"}://${host}`;
}
