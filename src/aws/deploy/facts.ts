import { DescribeInstanceTypesCommand } from "@aws-sdk/client-ec2";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand } from "@aws-sdk/client-ssm";

import type { SecretReference } from "../../config/runtime-model.ts";
import { sharedSecrets } from "../../config/shared-secrets.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { CapacitySpec, Release } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { arn } from "../resources/names.ts";

/** What only the account can say, and what a release is filled in with. */
export interface Facts {
  /** By name; a type that isn't offered in the region has no entry. */
  readonly instanceTypes: ReadonlyMap<string, InstanceFacts>;
  /** AMI by the name of its public parameter. */
  readonly images: ReadonlyMap<string, string>;
  /** ARN by `secretName`; a secret that doesn't exist has no entry. */
  readonly secrets: ReadonlyMap<string, string>;
}

export interface InstanceFacts {
  readonly architecture: "x86_64" | "arm64";
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly gpus: number;
  readonly burstable: boolean;
}

/**
 * Asks what these releases need: at most one request for all types, one for all AMIs, one for each
 * secret of Secrets Manager.
 */
export async function readFacts(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Result<Facts, PlatformError>> {
  const capacities = releases.flatMap(({ capacity }) => capacity ?? []);
  const types = await readInstanceTypes(
    context,
    unique(capacities.flatMap(({ instanceTypes }) => instanceTypes)),
  );
  if (!types.ok) return types;
  const parameters = capacities.flatMap((capacity) => amiParameter(capacity, types.value) ?? []);
  const images = await readImages(context, unique(parameters));
  if (!images.ok) return images;
  const secrets = await readSecrets(context, releases);
  if (!secrets.ok) return secrets;
  return ok({ instanceTypes: types.value, images: images.value, secrets: secrets.value });
}

/** Under which name a secret is kept, in Parameter Store as in Secrets Manager. */
export function secretName(release: Release, reference: SecretReference): string {
  const owner = reference.shared === true ? sharedSecrets : release.project;
  return `/esteira/${release.environment}/${owner}/${reference.name}`;
}

/**
 * The public parameter with the newest ECS-optimized AMI for these instances
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html).
 * Undefined where the types are unknown or don't go together.
 */
export function amiParameter(
  { instanceTypes }: CapacitySpec,
  facts: ReadonlyMap<string, InstanceFacts>,
): string | undefined {
  const known = instanceTypes.flatMap((type) => facts.get(type) ?? []);
  const [first] = known;
  if (first === undefined || known.length < instanceTypes.length) return undefined;
  const gpu = first.gpus > 0;
  const alike = known.every(
    ({ architecture, gpus }) => architecture === first.architecture && gpus > 0 === gpu,
  );
  if (!alike || (gpu && first.architecture === "arm64")) return undefined;
  const variant = gpu ? "/gpu" : first.architecture === "arm64" ? "/arm64" : "";
  return `/aws/service/ecs/optimized-ami/amazon-linux-2023${variant}/recommended/image_id`;
}

/** The same, but for the AMI: this one, for whatever instances. */
export function withImage(facts: Facts, ami: string | undefined): Facts {
  if (ami === undefined) return facts;
  return { ...facts, images: new Map([...facts.images.keys()].map((name) => [name, ami])) };
}

function readInstanceTypes(
  context: AwsContext,
  types: readonly string[],
): Promise<Result<ReadonlyMap<string, InstanceFacts>, PlatformError>> {
  return callAws(context.environment.name, "read instance types", async () => {
    const pages = await mapConcurrently(batches(types, 100), 4, (batch) =>
      // By a filter: an unknown name would fail the whole request.
      context.clients.ec2.send(
        new DescribeInstanceTypesCommand({
          Filters: [{ Name: "instance-type", Values: batch }],
          MaxResults: 100,
        }),
      ),
    );
    return new Map(
      pages
        .flatMap(({ InstanceTypes = [] }) => InstanceTypes)
        .map((type): [string, InstanceFacts] => [
          type.InstanceType ?? "",
          {
            architecture: type.ProcessorInfo?.SupportedArchitectures?.includes("arm64")
              ? "arm64"
              : "x86_64",
            vcpus: type.VCpuInfo?.DefaultVCpus ?? 0,
            memoryMib: type.MemoryInfo?.SizeInMiB ?? 0,
            gpus: (type.GpuInfo?.Gpus ?? []).reduce((sum, { Count = 0 }) => sum + Count, 0),
            burstable: type.BurstablePerformanceSupported ?? false,
          },
        ]),
    );
  });
}

function readImages(
  context: AwsContext,
  names: readonly string[],
): Promise<Result<ReadonlyMap<string, string>, PlatformError>> {
  return callAws(context.environment.name, "read the newest ECS-optimized AMI", async () => {
    const pages = await mapConcurrently(batches(names, 10), 4, (batch) =>
      context.clients.ssm.send(new GetParametersCommand({ Names: batch })),
    );
    return new Map(
      pages.flatMap(({ Parameters = [] }) =>
        Parameters.map(({ Name = "", Value = "" }): [string, string] => [Name, Value]),
      ),
    );
  });
}

async function readSecrets(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Result<ReadonlyMap<string, string>, PlatformError>> {
  const inParameterStore: [string, string][] = [];
  const inSecretsManager: string[] = [];
  for (const release of releases) {
    if (release.image.registrySecret !== undefined) {
      inSecretsManager.push(release.image.registrySecret);
    }
    for (const reference of Object.values(release.task.secrets)) {
      const name = secretName(release, reference);
      if (reference.source === "ssm") {
        inParameterStore.push([name, arn(context, "ssm", `parameter${name}`)]);
      } else {
        inSecretsManager.push(name);
      }
    }
  }
  // Their ARNs end in six characters that only AWS knows.
  const found = await callAws(context.environment.name, "look for secrets", () =>
    mapConcurrently(
      unique(inSecretsManager),
      8,
      async (name): Promise<[string, string] | undefined> => {
        try {
          const { ARN = "", DeletedDate } = await context.clients.secrets.send(
            new DescribeSecretCommand({ SecretId: name }),
          );
          // Described for weeks after it was deleted, and given to nobody.
          return DeletedDate === undefined ? [name, ARN] : undefined;
        } catch (thrown) {
          if (isNotFound(thrown)) return undefined;
          throw thrown;
        }
      },
    ),
  );
  if (!found.ok) return found;
  const named = found.value.filter((entry) => entry !== undefined);
  return ok(new Map([...inParameterStore, ...named]));
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
