import { GetParameterCommand } from "@aws-sdk/client-ssm";

import type { PackageIndex } from "../../config/runtime-model.ts";
import { indexSecrets } from "../../config/shared-secrets.ts";
import { ownValue } from "../../core/own.ts";
import { err, ok } from "../../core/result.ts";
import { type IndexOpener, openIndex } from "../../platform/package-index.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";

/** Under which name Parameter Store keeps what opens an index. */
export function indexSecretName(environment: string, { secret }: PackageIndex): string {
  return `/esteira/${environment}/${indexSecrets}/${secret}`;
}

/**
 * Opens indexes for builds with the secrets of an environment: from the process's environment, else
 * from Parameter Store, below `/esteira/{environment}/_index/`.
 */
export function awsIndexes(
  context: Pick<AwsContext, "clients" | "environment">,
  processEnvironment: Readonly<Record<string, string | undefined>>,
): IndexOpener {
  return async (index) => {
    // CI gives variables that nobody has set an empty value.
    const given = ownValue(processEnvironment, index.secret);
    if (given) return ok(openIndex(index, given));
    const environment = context.environment.name;
    const name = indexSecretName(environment, index);
    const value = await callAws(environment, `read ${name}, which opens ${index.url}`, async () => {
      try {
        const { Parameter } = await context.clients.ssm.send(
          new GetParameterCommand({ Name: name, WithDecryption: true }),
        );
        return Parameter?.Value;
      } catch (thrown) {
        if (isNotFound(thrown)) return undefined;
        throw thrown;
      }
    });
    if (!value.ok) return value;
    if (value.value) return ok(openIndex(index, value.value));
    return err({
      reason: "refused",
      message: `${index.url} needs ${index.secret}, which isn't kept in ${environment}`,
      help: `\`esteira secrets set ${index.secret} -e ${environment}\` keeps it in ${name}`,
      resource: name,
    });
  };
}
