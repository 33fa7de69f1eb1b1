import type { FieldChange } from "../../platform/plan.ts";
import { retiredTag } from "../resources/marks.ts";
import { knownAfterDeploy, type DeployInputs, type Outputs } from "./desired.ts";
import { withImage } from "./facts.ts";
import type { ProjectInput } from "./project-input.ts";
import type { Stage } from "./stage.ts";
import { stages } from "./stages.ts";

/** True when the last deploy left it there. */
export function wasThere(stage: Stage, { previous, inputs, state }: ProjectInput): boolean {
  if (previous?.release.definition === undefined) return false;
  const compared = stage.compare({ ...inputs, release: previous.release }, {}, state);
  return !compared.ok || compared.value !== undefined;
}

/** True when a field differs that the last deploy had set as it should have been then. */
export function isDrift(
  stage: Stage,
  fields: readonly FieldChange[],
  input: ProjectInput,
): boolean {
  const { previous, inputs, state } = input;
  if (fields.length === 0 || previous?.release.definition === undefined) return false;
  // A rollback looks at the revision that it goes back to, which nobody but itself puts in the
  // present one's place.
  if (input.restores !== undefined) return false;
  // A deploy itself took it out of service while its folder was gone.
  const retired = state.stateMachine?.tags[retiredTag] !== undefined;
  if (retired && (stage.key === "schedule" || stage.key === "stateMachine")) return false;
  const { release, image, ami, model } = previous;
  const then: DeployInputs = { ...inputs, release, model, facts: withImage(inputs.facts, ami) };
  const seen: Outputs = Object.assign(
    image === undefined ? {} : { image },
    ...stages.map((other) => other.outputs(state)),
  ) as Outputs;
  const compared = stage.compare(then, seen, state);
  if (!compared.ok || compared.value === undefined) return false;
  const { comparison } = compared.value;
  if (comparison.kind === "same" || comparison.kind === "create") return false;
  const drifted = new Set(comparison.fields.map(({ path }) => path));
  // What only follows from another resource's change was changed by nobody.
  return fields.some(({ path, after }) => after !== knownAfterDeploy && drifted.has(path));
}
