import type { Environment, Project } from "../config/model.ts";
import { usesOutputs } from "../config/outputs.ts";
import { OUTPUTS_VARIABLE } from "../core/step-helper.ts";

/**
 * What the helper that steps run in knows of them, as the variable that each gets; empty where a
 * project doesn't use outputs. JSON by step: the steps right before it, its outputs, which inputs
 * it takes, whether it runs once an item, and the lists that later steps run over. On AWS also
 * where the artifacts' bucket is.
 */
export function outputsVariable(
  { steps }: Project,
  environment: Environment,
): Readonly<Record<string, string>> {
  if (!usesOutputs(steps)) return {};
  const sheet = {
    ...(environment.platform === "aws"
      ? { region: environment.region, endpoint: environment.endpointUrl }
      : {}),
    steps: Object.fromEntries(
      steps.map(({ id, dependsOn, outputs, inputs, forEach }) => {
        const lists = steps.flatMap(({ forEach: each }) =>
          each?.kind === "artifact" && each.step === id ? [each.file] : [],
        );
        return [
          id,
          {
            after: orNothing(dependsOn),
            outputs: orNothing(outputs),
            inputs,
            items: forEach === undefined ? undefined : true,
            lists: orNothing([...new Set(lists)]),
          },
        ];
      }),
    ),
  };
  return { [OUTPUTS_VARIABLE]: JSON.stringify(sheet) };
}

function orNothing(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts?.length === 0 ? undefined : texts;
}
