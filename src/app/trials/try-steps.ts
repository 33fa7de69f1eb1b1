import type { Project, Step } from "../../config/model.ts";
import { ok, type Result } from "../../core/result.ts";
import type {
  StepTrials,
  TrialPlace,
  TrialRuntime,
  TrialWhere,
} from "../../platform/roles/trials.ts";
import type { TestLine } from "../../platform/roles/tests.ts";
import type { Release } from "../../release/release.ts";
import { diagnoseTrial } from "../../runs/diagnosis/trial.ts";
import type { Diagnosis } from "../../runs/model.ts";
import { failed, fromPlatform, refused, type Failure } from "../failure.ts";
import { debuggerPackage } from "./debug-command.ts";
import { stepVariables } from "./step-variables.ts";
import { itemToTry } from "./trial-session.ts";

/** Of what a step prints, for what is said about its failure. */
const tailLines = 50;

export interface StepToTry {
  readonly step: Step;
  readonly command: string;
}

/** How a step ended that was tried. */
export interface TriedStep {
  readonly step: string;
  readonly exitCode: number;
  readonly stopped: boolean;
  readonly durationMs: number;
  /** Why it failed, where what it printed doesn't say so already. */
  readonly diagnosis: Diagnosis | undefined;
}

/** What happens meanwhile, for who shows it. */
export interface TrialListener {
  readonly begun: (step: Step, where: TrialWhere) => void;
  readonly line: (line: TestLine) => void;
  readonly ended: (tried: TriedStep) => void;
}

export interface Trying {
  readonly trials: StepTrials;
  readonly place: TrialPlace;
  readonly project: Project;
  readonly release: Release;
  readonly steps: readonly StepToTry[];
  readonly params: Readonly<Record<string, string>>;
  readonly item: string | undefined;
  /** Milliseconds since the epoch: the time for which it is run. */
  readonly at: number;
  readonly debug: boolean;
  /** With what they run; absent: the working copy. */
  readonly runtime?: TrialRuntime | undefined;
  readonly signal: AbortSignal;
  readonly listener: TrialListener;
}

/** Runs steps one after another, up to the first that fails or is stopped. */
export async function trySteps(trying: Trying): Promise<Result<readonly TriedStep[], Failure>> {
  const { trials, place, project, release, params, at, debug, signal, listener } = trying;
  const tried: TriedStep[] = [];
  for (const { step, command } of trying.steps) {
    const item = itemToTry(step, trying.item);
    if (!item.ok) return item;
    let inContainer = false;
    const tail: string[] = [];
    const done = await trials.run(release, {
      step: step.id,
      command,
      variables: stepVariables(project, step, {
        place,
        params,
        at,
        item: item.value,
        model: undefined,
      }),
      runtime: trying.runtime,
      packages: debug ? [debuggerPackage] : [],
      signal,
      listener: (line) => {
        if (line.stream !== "system") tail.push(line.text);
        if (tail.length > tailLines) tail.shift();
        listener.line(line);
      },
      onBegin: (where) => {
        inContainer = where.executor === "docker";
        listener.begun(step, where);
      },
    });
    if (!done.ok) return failed(fromPlatform(done.error));
    if (debug && inContainer) {
      return refused(
        `${project.name} runs in a container, whose ports are closed to a debugger`,
        "Set `executor: process` for the environment in esteira.yaml.",
      );
    }
    const { task, ...end } = done.value;
    const diagnosis = end.stopped ? undefined : diagnoseTrial(step.id, task, tail);
    const one = { step: step.id, ...end, diagnosis };
    tried.push(one);
    listener.ended(one);
    if (one.exitCode !== 0 || one.stopped) break;
  }
  return ok(tried);
}
