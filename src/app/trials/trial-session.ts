import type { Project, Step } from "../../config/model.ts";
import { layers } from "../../core/graph.ts";
import { ok, type Result } from "../../core/result.ts";
import type { StepTrials } from "../../platform/roles/trials.ts";
import { notFound, refused, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { stepWords, suggestName } from "../names.ts";
import { roleOf } from "../roles.ts";
import { openWorkspace } from "../workspace.ts";
import type { ReleaseSession } from "../deploy/planned-deploy.ts";

/** The steps that somebody means, in an order in which each comes after those it depends on. */
export function stepsToTry(
  project: Project,
  wanted: string | undefined,
): Result<readonly Step[], Failure> {
  const steps = new Map<string, Step>(project.steps.map((step) => [step.id, step]));
  if (wanted === undefined) {
    const graph = new Map<string, readonly string[]>(
      project.steps.map(({ id, dependsOn }) => [id, dependsOn]),
    );
    return ok(layers(graph).flatMap((layer) => layer.flatMap((id) => steps.get(id) ?? [])));
  }
  const step = steps.get(wanted);
  if (step !== undefined) return ok([step]);
  const message = `${project.name} has no step ${wanted}`;
  return notFound(message, suggestName(wanted, [...steps.keys()], stepWords));
}

/** The item that a step with `for_each` is tried with. */
export function itemToTry(
  step: Step,
  wanted: string | undefined,
): Result<string | undefined, Failure> {
  if (step.forEach === undefined || wanted !== undefined) return ok(wanted);
  const [first] = step.forEach.kind === "items" ? step.forEach.items : [];
  if (first !== undefined) return ok(first);
  return refused(
    `the step ${step.id} runs once an item, and its items come from another step`,
    "Say with which one: --item TEXT.",
  );
}

/** What tries steps, in an environment of this machine. */
export function trialsOf(
  session: Pick<ReleaseSession, "platform" | "environment">,
): Result<StepTrials, Failure> {
  return roleOf(session, "trials", (environment) => ({
    message: `steps are tried on this machine, and ${environment} is another place`,
    help: `Leave out -e; \`esteira dev --from RUN --from-env ${environment}\` takes the artifacts of a run there.`,
  }));
}

/** What is said of an environment that isn't on this machine. */
export interface ElsewhereWords {
  readonly message: string;
  /** What to do instead. */
  readonly help: (environment: string) => string;
}

/**
 * What does it on this machine, as it ran elsewhere.
 *
 * @param command without `-e`: `esteira dev recsys train`
 * @param from the run that was named
 */
export function asItRanHere(command: string, from?: string): ElsewhereWords["help"] {
  const run = from === undefined ? "" : ` --from ${from}`;
  const left = from === undefined ? "the last run there left" : "that run left";
  return (environment) =>
    `\`${command} -e local${run} --from-env ${environment} --deployed\` does it here, in the same image and on what ${left}, with this machine's ENV and secrets; nothing is written there. Without --deployed your working copy runs.`;
}

/**
 * Refuses an environment that isn't on this machine, before anything is asked of it: a task there
 * can't be entered, and what ran there can be tried here.
 */
export async function onThisMachine(
  host: Host,
  wanted: string | undefined,
  { message, help }: ElsewhereWords,
): Promise<Result<void, Failure>> {
  const opened = await openWorkspace(host, wanted);
  if (!opened.ok) return opened;
  const { name, platform } = opened.value.environment;
  if (platform === "local") return ok(undefined);
  return refused(message, help(name));
}
