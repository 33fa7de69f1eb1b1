import { allow, type Statement } from "./document.ts";
import type { PolicyScope } from "./scope.ts";

/**
 * What a state machine needs whose items are executions by themselves: it starts itself, and
 * follows, ends and continues what it has started.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function runItems(scope: PolicyScope): Statement[] {
  const { stateMachines } = scope.project;
  return [
    allow(
      "RunItems",
      "states:StartExecution",
      scope.arn("states", `stateMachine:${stateMachines}`),
    ),
    allow(
      "FollowItems",
      ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
      [scope.arn("states", `execution:${stateMachines}:*`), items(scope)],
    ),
    // `overlap: skip` looks whether items of runs that have ended still go.
    allow("ListItems", "states:ListMapRuns", scope.arn("states", `execution:${stateMachines}:*`)),
  ];
}

/** What reading the histories of such items needs. */
export function readItems(scope: PolicyScope): Statement[] {
  const { stateMachines } = scope.project;
  return [
    allow("ListItems", "states:ListExecutions", scope.arn("states", `mapRun:${stateMachines}/*:*`)),
    allow("ReadItems", "states:GetExecutionHistory", items(scope)),
  ];
}

/** `execution:recsys-workflow/LABEL:UUID` */
function items(scope: PolicyScope): string {
  return scope.arn("states", `execution:${scope.project.stateMachines}/*:*`);
}
