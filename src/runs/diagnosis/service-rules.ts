import { actorText } from "../../core/actor.ts";
import { INVALID_INPUT, INVALID_ITEMS } from "../../core/state-names.ts";
import { subject, withDetail, type Evidence, type Rule } from "./rule.ts";

/** Ends that come to the run as a whole, from outside. */
export const RUN_RULES: readonly Rule[] = [
  {
    code: "run/stopped",
    recognize: ({ view }) =>
      view.status === "ABORTED"
        ? {
            message: stoppedText(view.cause ?? ""),
            help: "Resume it to continue after its last finished step.",
          }
        : undefined,
  },
  {
    code: "run/run-time-limit",
    recognize: ({ view }) =>
      view.status === "TIMED_OUT"
        ? {
            message:
              "the run as a whole reached its time limit, the sum of what its steps and their retries may take",
            help: "See which step took so long; then raise its timeout_seconds, and resume.",
          }
        : undefined,
  },
];

/**
 * Causes in what the run is made of: its input, its definition, the services' answers, their
 * limits.
 */
export const SERVICE_RULES: readonly Rule[] = [
  {
    code: "run/invalid-input",
    recognize: ({ error, prose }) =>
      error === INVALID_INPUT
        ? {
            message: withDetail("the run was started with an input that makes no sense", prose),
            help: "Start it again with names of steps that the project has.",
          }
        : undefined,
  },
  {
    code: "run/invalid-items",
    recognize: (evidence) =>
      evidence.error === INVALID_ITEMS
        ? {
            message: withDetail(`${subject(evidence)} has no items to run for`, evidence.prose),
            help: helpWithItems(evidence.prose),
          }
        : undefined,
  },
  {
    code: "run/history-limit",
    recognize: ({ prose }) =>
      /maximum number of history events/i.test(prose)
        ? {
            message: "the run reached the 25,000 events that Step Functions records at most",
            help: "Give for_each fewer items, each with more to do.",
          }
        : undefined,
  },
  {
    code: "run/data-limit",
    recognize: (evidence) =>
      evidence.error === "States.DataLimitExceeded"
        ? {
            message: withDetail(
              `${subject(evidence)} met a document of more than 256 KiB`,
              evidence.prose,
            ),
            help: "Leave the data among the artifacts and hand on where it is; a for_each list has at most 256 KiB.",
          }
        : undefined,
  },
  {
    code: "run/step-time-limit",
    recognize: (evidence) =>
      /^States\.(Timeout|HeartbeatTimeout)$/.test(evidence.error)
        ? {
            message: withDetail(
              `${subject(evidence)} was given up: its time limit and an hour for the start are over`,
              evidence.launches[0] ?? "",
            ),
            help: "Most often no instance came up in time: look at the auto scaling group's activity history. Its container may still be running.",
          }
        : undefined,
  },
  {
    code: "run/definition",
    recognize: (evidence) =>
      /^States\.(Runtime|QueryEvaluationError|ParameterPathFailure|ResultPathMatchFailure|IntrinsicFailure|NoChoiceMatched)$/.test(
        evidence.error,
      )
        ? {
            message: withDetail(
              `the state machine itself failed (${evidence.error})`,
              evidence.prose,
            ),
            help: "It was changed by hand, or this is a fault of Esteira's: deploy again with --refresh, and report it if it stays.",
          }
        : undefined,
  },
  {
    code: "run/overrides-too-long",
    recognize: (evidence) =>
      isService(evidence) && /overrides? length|8192/i.test(evidence.prose)
        ? {
            message: `${subject(evidence)} has more than 8,192 characters of command and variables`,
            help: "Move variables to runtime.env_vars, give shorter parameters and items, or put the command into a script.",
          }
        : undefined,
  },
  {
    code: "run/task-definition",
    recognize: (evidence) =>
      isService(evidence) && /task ?definition/i.test(evidence.prose)
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its task definition can't be used`,
              evidence.prose,
            ),
            help: "Deploy again; an earlier run continues with `resume --release latest`.",
          }
        : undefined,
  },
  {
    code: "run/cluster",
    recognize: (evidence) =>
      isService(evidence) &&
      /cluster|capacity provider/i.test(`${evidence.error} ${evidence.prose}`)
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its cluster can't be used`,
              evidence.prose,
            ),
            help: "Deploy with --refresh, which brings back what was removed by hand; then resume.",
          }
        : undefined,
  },
  {
    code: "run/permission",
    recognize: (evidence) =>
      /Access ?Denied|not authorized to perform/i.test(`${evidence.error} ${evidence.prose}`)
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: a role lacks a right`,
              evidence.prose,
            ),
            help: "Run bootstrap again as an administrator, which brings the roles up to date; then resume.",
          }
        : undefined,
  },
  {
    code: "run/throttled",
    recognize: (evidence) =>
      /Throttl|TooManyRequests|Rate exceeded/i.test(`${evidence.error} ${evidence.prose}`)
        ? {
            message: `${subject(evidence)} could not begin: AWS refused too many requests, five retries long`,
            help: "Resume the run. If many projects start at the same minute, spread their schedules.",
          }
        : undefined,
  },
  {
    code: "run/service-error",
    recognize: (evidence) =>
      isService(evidence)
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: AWS answered ${evidence.error}`,
              evidence.prose,
            ),
            help: "Resume the run. If it stays, the answer says what to change.",
          }
        : undefined,
  },
];

/** `the run was stopped by user/ana`, of the cause that stopping leaves. */
function stoppedText(cause: string): string {
  const [, actor] = /^Stopped by (.*)$/s.exec(cause) ?? [];
  return actor === undefined
    ? withDetail("the run was stopped", cause)
    : `the run was stopped by ${actorText(actor)}`;
}

function isService({ error }: Evidence): boolean {
  return /^(ECS|AmazonECS|S3|Sfn)\./.test(error);
}

function helpWithItems(prose: string): string {
  if (prose.includes("for_each.max_items")) {
    return "Set it in the project's config.yaml, deploy, and resume the run with --release latest.";
  }
  const check = prose.includes("write such values as strings")
    ? "Let the earlier step write them so."
    : "Check that the earlier step leaves the JSON list that for_each.from names, below ESTEIRA_ARTIFACTS_URI in the folder of its id.";
  return `${check} Once that step is correct and deployed, \`resume --from\` with its id runs it and what comes after it again.`;
}
