import { CreateRepositoryCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";

import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isConflict, isNotFound } from "../sdk/error-names.ts";
import { upperTags } from "../sdk/ownership.ts";
import { baseTags, orAbsent, planned, unchanged, type BaseStep } from "./step.ts";

/**
 * The repository of all images. One that exists is used as it is: it may be older than Esteira, and
 * other things may be in it. A new one has no life-cycle rules: by age or count they would delete
 * images that task definitions name by digest.
 */
export function repositoryStep(name: string, context: AwsContext): BaseStep {
  const { ecr } = context.clients;
  return {
    id: "repository",
    kind: "repository",
    name,
    desired: {},
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the ECR repository ${name}`, () =>
        orAbsent(
          () => ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
          isNotFound,
        ),
      );
      if (!seen.ok) return seen;
      if (seen.value !== undefined) return unchanged();
      return planned(
        base,
        { action: "create", fields: [] },
        `create the ECR repository ${name}`,
        async () => {
          try {
            await ecr.send(
              new CreateRepositoryCommand({
                repositoryName: name,
                // In `dev` a version's tag moves; in `prd` deploys refuse to move it.
                imageTagMutability: "MUTABLE",
                imageScanningConfiguration: { scanOnPush: true },
                tags: upperTags(baseTags(context)),
              }),
            );
          } catch (thrown) {
            if (!isConflict(thrown)) throw thrown;
          }
          return undefined;
        },
      );
    },
  };
}
