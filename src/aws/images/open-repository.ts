import type { AwsEnvironment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { makeClients } from "../sdk/clients.ts";
import type { AwsContext, Clients } from "../sdk/context.ts";
import { dockerCredentials, howToSignIn, type ProcessEnvironment } from "../../oci/credentials.ts";
import { ecrRepository } from "./ecr.ts";
import { repositoryOf } from "./repository-reference.ts";
import { ociRepository, type Repository } from "./repository.ts";

/** Clients for the region of another environment, with the same credentials. */
export type ClientsOf = (environment: AwsEnvironment) => Pick<Clients, "ecr">;

export function clientsLike({ clients, environment, timing }: AwsContext): ClientsOf {
  return (other) =>
    other.region === environment.region && other.endpointUrl === environment.endpointUrl
      ? clients
      : makeClients({ region: other.region, endpointUrl: other.endpointUrl, timing });
}

/** Opens an environment's repository of images. Asks nobody anything yet. */
export function openRepository(
  context: AwsContext,
  environment: AwsEnvironment,
  processEnvironment: ProcessEnvironment,
  clientsOf: ClientsOf,
): Result<Repository, PlatformError> {
  const reference = repositoryOf(environment, context.partition);
  if (!reference.ok) return err(reference.error);
  const { timing } = context;
  if (environment.repository.kind === "ecr") {
    const clients = clientsOf(environment);
    return ok(
      ecrRepository(reference.value, { clients, environment, asking: context.environment, timing }),
    );
  }
  const { host } = reference.value;
  return ok(
    ociRepository(reference.value, {
      credentials: dockerCredentials(host, environment.name, processEnvironment),
      signIn: howToSignIn(host, environment.name),
      timing,
    }),
  );
}
