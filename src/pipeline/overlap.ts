import { itemsPlaces } from "../config/events.ts";
import type { Project } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";
import {
  CHECK_OVERLAP,
  COMPARE_ITEMS,
  COMPARE_RUNS,
  LIST_ENDED,
  LIST_MAP_RUNS,
  LIST_RUNS,
  LOOK_FOR_ITEMS,
  SKIP_RUN,
  SKIPPED_OUTPUT,
} from "../core/state-names.ts";
import { expression, quote } from "./jsonata.ts";

/**
 * `schedule.overlap: skip`: a run that the schedule started, its clock, the runs that it follows or
 * data, gives way to any run that was started before it and still goes, no matter who started that.
 * Of runs that started in the same millisecond the first by name wins. Runs that people start give
 * way to none.
 */
export function checkOverlap(project: Project, next: string): JsonObject {
  const apart = [...itemsPlaces(project.steps).values()].some(({ distributed }) => distributed);
  const me = "$me := $states.context.Execution";
  const own = "$own := $states.result.Executions[ExecutionArn = $me.Id]";
  const start = "$start := $toMillis($exists($own) ? $own.StartDate : $me.StartTime)";
  const earlier =
    "$toMillis(StartDate) < $start or ($toMillis(StartDate) = $start and Name < $me.Name)";
  return {
    [CHECK_OVERLAP]: {
      Type: "Choice",
      Choices: [{ Condition: expression(startedByRule(project)), Next: LIST_RUNS }],
      Default: next,
    },
    [LIST_RUNS]: {
      Type: "Task",
      Resource: LIST_EXECUTIONS,
      Arguments: {
        StateMachineArn: expression("$states.context.StateMachine.Id"),
        StatusFilter: "RUNNING",
        MaxResults: 1000,
      },
      TimeoutSeconds: 60,
      Retry: LIST_AGAIN,
      Output: expression(
        `(${me}; ${own}; ${start}; $count($states.result.Executions[ExecutionArn != $me.Id and (${earlier})]) > 0)`,
      ),
      Next: COMPARE_RUNS,
    },
    [COMPARE_RUNS]: {
      Type: "Choice",
      Choices: [{ Condition: expression("$states.input"), Next: SKIP_RUN }],
      Output: {},
      Default: apart ? LIST_ENDED : next,
    },
    ...(apart ? checkItems(next) : {}),
    [SKIP_RUN]: { Type: "Succeed", Output: SKIPPED_OUTPUT },
  };
}

function startedByRule({ schedule }: Project): string {
  const triggers = [
    "schedule",
    ...(schedule?.after === undefined ? [] : ["after"]),
    ...(schedule?.on === undefined ? [] : ["on"]),
  ];
  if (triggers.length === 1) return '$trigger = "schedule"';
  return `$trigger in [${triggers.map(quote).join(", ")}]`;
}

/** Ended runs of which it is looked whether their items have ended too. */
const ENDED_RUNS = 20;

/**
 * A run is over when its items are: those that are executions by themselves may outlive a run that
 * didn't come to a good end, while AWS ends them.
 */
function checkItems(next: string): JsonObject {
  return {
    [LIST_ENDED]: {
      Type: "Task",
      Resource: LIST_EXECUTIONS,
      Arguments: {
        StateMachineArn: expression("$states.context.StateMachine.Id"),
        MaxResults: ENDED_RUNS,
      },
      TimeoutSeconds: 60,
      Retry: LIST_AGAIN,
      Output: expression(
        '[$states.result.Executions[$not(Status in ["RUNNING", "SUCCEEDED"])].ExecutionArn]',
      ),
      Next: LOOK_FOR_ITEMS,
    },
    [LOOK_FOR_ITEMS]: {
      Type: "Map",
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: LIST_MAP_RUNS,
        States: {
          [LIST_MAP_RUNS]: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:sfn:listMapRuns",
            Arguments: { ExecutionArn: expression("$states.input") },
            TimeoutSeconds: 60,
            Retry: LIST_AGAIN,
            Output: expression("$count($states.result.MapRuns[$not($exists(StopDate))]) > 0"),
            End: true,
          },
        },
      },
      Output: expression("true in $states.result"),
      Next: COMPARE_ITEMS,
    },
    [COMPARE_ITEMS]: {
      Type: "Choice",
      Choices: [{ Condition: expression("$states.input"), Next: SKIP_RUN }],
      Output: {},
      Default: next,
    },
  };
}

const LIST_EXECUTIONS = "arn:aws:states:::aws-sdk:sfn:listExecutions";

const LIST_AGAIN = [
  {
    ErrorEquals: ["States.TaskFailed", "States.Timeout"],
    IntervalSeconds: 5,
    MaxAttempts: 5,
    BackoffRate: 2,
    JitterStrategy: "FULL",
  },
] as const;
