import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";

import { areShared } from "../../config/shared-secrets.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { maskOf } from "../../core/mask.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { SecretAddress, SecretStore, StoredSecret } from "../../platform/roles/secrets.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError, isNotFound } from "../sdk/error-names.ts";
import { ownershipTags, upperTags } from "../sdk/ownership.ts";

/**
 * What a standard parameter holds; larger ones cost money each month:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
const mostBytes = 4096;

/**
 * The secrets of an environment on AWS: written to Parameter Store, encrypted with the account's
 * own key for it; those of Secrets Manager are looked for and not written.
 */
export function awsSecrets(context: AwsContext): SecretStore {
  const { ssm } = context.clients;
  const environment = context.environment.name;
  const root = `/esteira/${environment}/`;
  const nameOf = ({ owner, reference }: SecretAddress) => `${root}${owner}/${reference.name}`;

  return {
    placeOf: (address) => ({ where: nameOf(address), name: address.reference.name }),
    isOverridden: () => false,

    async stored(wanted) {
      const parameters = await callAws(environment, "list the environment's secrets", () =>
        parametersBelow(context, root),
      );
      if (!parameters.ok) return parameters;
      const others = await inSecretsManager(context, wanted, nameOf);
      return others.ok ? ok([...parameters.value, ...others.value]) : others;
    },

    async set(address, value) {
      const name = nameOf(address);
      const refused = refusal(address, name, value);
      if (refused !== undefined) return err(refused);
      const project = areShared(address.owner) ? undefined : address.owner;
      const tags = ownershipTags({ workspace: context.workspace, project, environment });
      const parameter = { Name: name, Value: value, Type: "SecureString" } as const;
      const written = await callAws(environment, `set ${name}`, async () => {
        try {
          // What exists can't be given tags in the same request.
          await ssm.send(new PutParameterCommand({ ...parameter, Tags: upperTags(tags) }));
          return "created" as const;
        } catch (thrown) {
          if (!isError(thrown, "ParameterAlreadyExists")) throw thrown;
          await ssm.send(new PutParameterCommand({ ...parameter, Overwrite: true }));
          return "replaced" as const;
        }
      });
      // What a service refuses it may repeat.
      if (written.ok) return written;
      return err({ ...written.error, message: maskOf([value])(written.error.message) });
    },

    async remove(address) {
      const name = nameOf(address);
      if (address.reference.source !== "ssm") return err(elsewhere(address, name, "delete-secret"));
      return callAws(environment, `remove ${name}`, async () => {
        try {
          await ssm.send(new DeleteParameterCommand({ Name: name }));
          return "removed" as const;
        } catch (thrown) {
          if (isNotFound(thrown)) return "absent" as const;
          throw thrown;
        }
      });
    },
  };
}

function refusal(address: SecretAddress, name: string, value: string): PlatformError | undefined {
  if (address.reference.source !== "ssm") return elsewhere(address, name, "put-secret-value");
  const bytes = Buffer.byteLength(value);
  if (bytes <= mostBytes) return undefined;
  return {
    reason: "refused",
    message: `the value has ${bytes.toLocaleString("en-US")} bytes, and a parameter holds ${mostBytes.toLocaleString("en-US")}`,
    help: `Keep it in Secrets Manager: write \`secretsmanager:${address.reference.name}\` in config.yaml.`,
    resource: name,
  };
}

/** Secrets of Secrets Manager have versions, rotation and parts, which are its own tools' work. */
function elsewhere(
  { variable }: SecretAddress,
  name: string,
  action: "put-secret-value" | "delete-secret",
): PlatformError {
  const value = action === "put-secret-value" ? " --secret-string file://FILE" : "";
  return {
    reason: "refused",
    message: `${variable} is in Secrets Manager, whose values Esteira doesn't change`,
    help: `Type \`aws secretsmanager ${action} --secret-id ${name}${value}\`.`,
    resource: name,
  };
}

async function parametersBelow(context: AwsContext, root: string): Promise<StoredSecret[]> {
  const found: StoredSecret[] = [];
  let next: string | undefined;
  do {
    const page = await context.clients.ssm.send(
      new DescribeParametersCommand({
        ParameterFilters: [{ Key: "Path", Option: "Recursive", Values: [root.slice(0, -1)] }],
        MaxResults: 50,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
    );
    for (const { Name = "", LastModifiedDate } of page.Parameters ?? []) {
      const [owner = "", ...rest] = Name.slice(root.length).split("/");
      const changedAt = LastModifiedDate?.getTime();
      found.push({ owner, name: rest.join("/"), where: Name, changedAt });
    }
    next = page.NextToken;
  } while (next !== undefined && next !== "");
  return found.toSorted((a, b) => (a.where < b.where ? -1 : 1)); // The service has no order.
}

function inSecretsManager(
  context: AwsContext,
  wanted: readonly SecretAddress[],
  nameOf: (address: SecretAddress) => string,
): Promise<Result<readonly StoredSecret[], PlatformError>> {
  const addresses = new Map(
    wanted
      .filter(({ reference }) => reference.source === "secretsmanager")
      .map((address) => [nameOf(address), address]),
  );
  return callAws(context.environment.name, "look for secrets", async () => {
    const found = await mapConcurrently([...addresses], 8, async ([where, address]) => {
      try {
        const { DeletedDate, LastChangedDate, CreatedDate } = await context.clients.secrets.send(
          new DescribeSecretCommand({ SecretId: where }),
        );
        // Described for weeks after it was deleted, and given to nobody.
        if (DeletedDate !== undefined) return [];
        const changedAt = (LastChangedDate ?? CreatedDate)?.getTime();
        return [{ owner: address.owner, name: address.reference.name, where, changedAt }];
      } catch (thrown) {
        if (isNotFound(thrown)) return [];
        throw thrown;
      }
    });
    return found.flat();
  });
}
