import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";

import type { Release } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { indexSecretName } from "../secrets/open-index.ts";
import { makeRegistrySecret } from "../deploy/desired-task.ts";
import { secretName } from "../deploy/facts.ts";
import { type Check, failedBy } from "../../platform/check.ts";

/**
 * That every secret exists that a step is promised, or that opens an index. Nothing is asked that
 * would answer with a value: who may plan may not read secrets.
 */
export async function checkSecrets(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Check[]> {
  const ofProjects = releases.flatMap((release) => {
    const { index } = release.image;
    const project: string = release.project;
    return [
      ...Object.entries(release.task.secrets).map(([variable, reference]) => ({
        project,
        variable,
        source: reference.source,
        name: secretName(release, reference),
      })),
      ...(index === undefined
        ? []
        : [
            {
              project,
              variable: index.secret,
              source: "ssm",
              name: indexSecretName(release.environment, index),
            },
          ]),
    ];
  });
  const { repository } = context.environment;
  const registry = repository.kind === "oci" ? repository.secret : undefined;
  const wanted = [
    ...(registry === undefined
      ? []
      : [
          {
            project: undefined,
            variable: "registry_secret",
            source: "secretsmanager",
            name: registry,
          },
        ]),
    ...ofProjects,
  ];
  const found = await callAws(context.environment.name, "look for secrets", async () => {
    const names = (source: string) => [
      ...new Set(wanted.filter((secret) => secret.source === source).map(({ name }) => name)),
    ];
    const parameters = await mapConcurrently(batches(names("ssm"), 50), 4, (Values) =>
      context.clients.ssm.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: "Name", Option: "Equals", Values }],
          MaxResults: 50,
        }),
      ),
    );
    const secrets = await mapConcurrently(names("secretsmanager"), 8, async (name) => {
      try {
        const { DeletedDate } = await context.clients.secrets.send(
          new DescribeSecretCommand({ SecretId: name }),
        );
        // Described for weeks after it was deleted, and given to nobody.
        return DeletedDate === undefined ? [name] : [];
      } catch (thrown) {
        if (isNotFound(thrown)) return [];
        throw thrown;
      }
    });
    return new Set([
      ...parameters.flatMap(({ Parameters = [] }) => Parameters.map(({ Name = "" }) => Name)),
      ...secrets.flat(),
    ]);
  });
  if (!found.ok) return [failedBy({ project: undefined, subject: "secrets" }, found.error)];
  const there = found.value;
  return wanted.map(({ project, variable, source, name }): Check => {
    if (there.has(name)) {
      return {
        project,
        subject: "secrets",
        outcome: "passed",
        message: `${variable}: ${name} exists`,
      };
    }
    return {
      project,
      subject: "secrets",
      outcome: "failed",
      message: `${variable}: there is no ${name}`,
      help:
        project === undefined
          ? makeRegistrySecret(name)
          : source === "ssm"
            ? `make it with \`esteira secrets set ${variable} --project ${project} -e ${context.environment.name}\``
            : `make it with \`aws secretsmanager create-secret --name ${name} --secret-string …\``,
    };
  });
}
