import { StartExecutionCommand } from "@aws-sdk/client-sfn";

import { makeRunId, type ProjectName, type RunId } from "../../core/ids.ts";
import { canonicalJson, type JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { checkInput } from "../../platform/check-input.ts";
import type { DeployedRelease, PlatformError } from "../../platform/port.ts";
import type { RunInput } from "../../runs/model.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { deployedRelease } from "../releases/kept.ts";
import { stateMachineArn } from "../resources/names.ts";
import { stateMachineStatus } from "../resources/state-machine.ts";
import { callForRun } from "./call-for-run.ts";
import { describeExecution, namesOf } from "./execution.ts";
import { note } from "./note.ts";
import type { RunsSession } from "./runs-session.ts";

const describedWithinMs = 10_000;

/** Starts a run of what is deployed. @param id the run's, where it must not be started twice */
export async function startRun(
  session: RunsSession,
  project: ProjectName,
  input: RunInput,
  id?: RunId,
): Promise<Result<RunId, PlatformError>> {
  const deployed = await deployedNow(session, project);
  return deployed.ok ? startFrom(session, deployed.value, input, "start", id) : deployed;
}

/** What is deployed, or why nothing can be started. */
export async function deployedNow(
  session: RunsSession,
  project: ProjectName,
): Promise<Result<DeployedRelease, PlatformError>> {
  const { context } = session;
  const deployed = await deployedRelease(session, project);
  if (!deployed.ok) return deployed;
  if (deployed.value !== undefined) return ok(deployed.value);
  const { stateMachine } = namesOf(context, project);
  const status = await stateMachineStatus(context, stateMachine);
  if (!status.ok) return status;
  if (status.value === "DELETING") return err(beingDeleted(context, project, stateMachine));
  return err({
    reason: "not-deployed",
    message: `${project} is not deployed to ${context.environment.name}`,
    help: `Deploy it first: esteira deploy ${project} -e ${context.environment.name}`,
    resource: project,
  });
}

/**
 * Starts a run of what is deployed, under a name that says its project and its start; or `id`,
 * unless there is a run of that name.
 */
export async function startFrom(
  session: RunsSession,
  { release, fingerprint }: DeployedRelease,
  input: RunInput,
  action: "start" | "resume",
  id?: RunId,
): Promise<Result<RunId, PlatformError>> {
  const { context } = session;
  const { project, names } = release;
  const checked = checkInput(release, input);
  if (!checked.ok) return checked;
  const text = JSON.stringify(input);
  const run = id ?? newRunId(context, project);
  const started = await callForRun(context, `start a run of ${project}`, async () => {
    try {
      await context.clients.sfn.send(
        new StartExecutionCommand({
          stateMachineArn: stateMachineArn(context, names.stateMachine),
          name: run,
          input: text,
        }),
      );
      return "started" as const;
    } catch (thrown) {
      // Asked again because an answer got lost, AWS says this once the run has ended.
      if (isError(thrown, "ExecutionAlreadyExists")) return "exists" as const;
      if (isError(thrown, "StateMachineDeleting")) return "deleting" as const;
      throw thrown;
    }
  });
  if (!started.ok) return started;
  if (started.value === "deleting") {
    return err(beingDeleted(context, project, names.stateMachine));
  }
  if (started.value === "exists" && id !== undefined) {
    session.projects.set(run, project);
    return ok(run);
  }
  if (started.value === "exists" && !(await isOurs(context, project, run, input))) {
    return err({
      reason: "conflict",
      message: `there is a run ${run} already`,
      help: "Start it again: it gets another name.",
      resource: `run ${run}`,
    });
  }
  session.projects.set(run, project);
  await untilDescribed(context, project, run);
  await note(session, {
    action,
    actor: input.actor,
    project,
    run,
    details: { trigger: input.trigger, release: fingerprint },
  });
  return ok(run);
}

/**
 * Reads lag behind starts, by a moment as a rule: anyone who is given the run's name can ask for it
 * at once.
 */
async function untilDescribed(
  context: AwsContext,
  project: ProjectName,
  run: RunId,
): Promise<void> {
  const end = context.timing.now() + describedWithinMs;
  for (;;) {
    const found = await describeExecution(context, project, run);
    // What can't be read is reported by anyone who needs it: the run has started.
    if (!found.ok || found.value !== undefined || context.timing.now() > end) return;
    await context.timing.sleep(250);
  }
}

async function isOurs(
  context: AwsContext,
  project: ProjectName,
  run: RunId,
  input: RunInput,
): Promise<boolean> {
  const found = await describeExecution(context, project, run);
  const wanted: JsonObject = { ...input };
  return found.ok && canonicalJson(found.value?.input) === canonicalJson(wanted);
}

function beingDeleted(context: AwsContext, project: string, stateMachine: string): PlatformError {
  return {
    reason: "conflict",
    message: `the state machine ${stateMachine} is being deleted`,
    help: `Wait until AWS is done with it, then deploy again: esteira deploy ${project} -e ${context.environment.name}`,
    resource: `state machine ${stateMachine}`,
  };
}

/** A name for a run of the project that begins now. */
export function newRunId(context: AwsContext, project: ProjectName): RunId {
  return makeRunId(project, context.timing.now(), entropy(context));
}

function entropy({ timing }: AwsContext): string {
  return Array.from({ length: 6 }, () => Math.floor(timing.random() * 36).toString(36)).join("");
}
