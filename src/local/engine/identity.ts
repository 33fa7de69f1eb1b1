import { pathToFileURL } from "node:url";

import type { Json } from "../../core/json.ts";
import type { ExecutionIdentity } from "../../states/types.ts";
import type { Layout } from "../layout.ts";
import type { DrivenRun } from "./context.ts";

// Names in the form of AWS's, for what asks for one: the account is zero, the region `local`.
const account = "000000000000";
const region = "local";

export function executionArn(stateMachine: string, run: string): string {
  return `arn:aws:states:${region}:${account}:execution:${stateMachine}:${run}`;
}

export function stateMachineArn(stateMachine: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${stateMachine}`;
}

export function taskDefinitionArn(family: string, deploy: number): string {
  return `arn:aws:ecs:${region}:${account}:task-definition/${family}:${deploy}`;
}

/** What comes after the last `/` names the attempt, and its log, in the whole workspace. */
export function taskArn(cluster: string, run: string, task: number): string {
  return `arn:aws:ecs:${region}:${account}:task/${cluster}/${run}-${task}`;
}

export function clusterArn(cluster: string): string {
  return `arn:aws:ecs:${region}:${account}:cluster/${cluster}`;
}

export function identityOf(run: DrivenRun, input: Json): ExecutionIdentity {
  const { names } = run.deploy.release;
  return {
    id: executionArn(names.stateMachine, run.run),
    name: run.run,
    roleArn: `arn:aws:iam::${account}:role/esteira-local`,
    stateMachineId: stateMachineArn(names.stateMachine),
    stateMachineName: names.stateMachine,
    input,
  };
}

/** The bucket of the local environment: the folder of artifacts. */
export const bucket = "local";

export function artifactsUri(layout: Layout): string {
  return pathToFileURL(layout.artifacts).href;
}
