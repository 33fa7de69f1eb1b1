import { lastLine, subject, withDetail, type Evidence, type Rule } from "./rule.ts";

/** Causes that lie in what the step runs: its command has begun, and ended badly. */
export const COMMAND_RULES: readonly Rule[] = [
  {
    code: "run/out-of-memory",
    recognize: (evidence) =>
      /OutOfMemory|out of memory/i.test(evidence.reasons)
        ? {
            message: withDetail(`${subject(evidence)} ran out of memory`, memoryNote(evidence)),
            help: "Give the step more resources.memory_gb, or let it work on less at a time.",
          }
        : undefined,
  },
  {
    code: "run/spot-interrupted",
    recognize: (evidence) =>
      /^(SpotInterruption|TerminationNotice)$/.test(evidence.task?.stopCode ?? "") ||
      /spot (instance )?interruption/i.test(evidence.reasons)
        ? {
            message: `${subject(evidence)} was ended because AWS took its spot instance back`,
            help: "Resume the run. If it happens often, raise infra.compute.lost_instance_retries, name more instance types in infra.compute.ec2_types, or set on_demand_fallback.",
          }
        : undefined,
  },
  {
    code: "run/instance-lost",
    recognize: (evidence) =>
      evidence.task?.stopCode === "InfrastructureHealth" ||
      /Host EC2 .*(terminated|stopped)/i.test(evidence.reasons)
        ? {
            message: `${subject(evidence)} was ended because its instance went away`,
            help: "Resume the run. The instance's end is explained in the auto scaling group's activity history.",
          }
        : undefined,
  },
  {
    code: "run/task-stopped",
    recognize: (evidence) =>
      evidence.task?.stopCode === "UserInitiated"
        ? {
            message: `${subject(evidence)} was stopped by a person or a tool: ${evidence.task.stoppedReason || "no reason was given"}`,
            help: "Resume the run once it is clear why; nothing is wrong with the step itself.",
          }
        : undefined,
  },
  {
    code: "run/time-limit",
    recognize: (evidence) =>
      evidence.task?.exitCode === 124
        ? {
            message: `${subject(evidence)} reached its time limit`,
            help: "Raise the step's timeout_seconds (or schedule.timeout_seconds), or make it do less.",
          }
        : undefined,
  },
  {
    code: "run/command-not-found",
    recognize: (evidence) =>
      evidence.task?.exitCode === 127
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its command was not found`,
              lastLine(evidence),
            ),
            help: "Check the step's command, and that the image (or requirements.txt) installs the program.",
          }
        : undefined,
  },
  {
    code: "run/architecture",
    recognize: (evidence) =>
      /exec format error/i.test(`${evidence.reasons} ${evidence.log.join(" ")}`)
        ? {
            message: `${subject(evidence)} could not begin: its image was built for another kind of processor`,
            help: "Build the image for the instances' architecture: Graviton types such as t4g and m7g are arm64, the others amd64.",
          }
        : undefined,
  },
  {
    code: "run/not-executable",
    recognize: (evidence) =>
      evidence.task?.exitCode === 126
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its command can't be executed`,
              lastLine(evidence),
            ),
            help: "Make the file executable (git update-index --chmod=+x FILE), or name its interpreter in the command.",
          }
        : undefined,
  },
  {
    code: "run/disk-full",
    recognize: (evidence) =>
      /no space left on device|ENOSPC/i.test(`${evidence.reasons} ${evidence.log.join(" ")}`)
        ? {
            message: `${subject(evidence)} found no space left on its disk`,
            help: "Raise infra.compute.disk_gb, write less, or make the image smaller. On this machine, free some space.",
          }
        : undefined,
  },
  {
    code: "run/model-missing",
    recognize: (evidence) => {
      if (!hasFailed(evidence)) return undefined;
      const line = evidence.log.findLast((text) =>
        /RESOURCE_DOES_NOT_EXIST|Registered Model with name=|No versions of model with name/.test(
          text,
        ),
      );
      return line === undefined
        ? undefined
        : {
            message: withDetail(
              `${subject(evidence)} did not find its model in MLflow`,
              line.trim(),
            ),
            help: "Register the model, or move a version to the stage or alias that the step asks for.",
          };
    },
  },
  {
    code: "run/module-missing",
    recognize: (evidence) => {
      if (!hasFailed(evidence)) return undefined;
      const [, name] = /No module named '?([\w.]+)'?/.exec(evidence.log.join("\n")) ?? [];
      return name === undefined
        ? undefined
        : {
            message: `${subject(evidence)} needs the Python module ${name}, which isn't installed`,
            help: "Add its package to requirements.txt and deploy again. If it is a file of the project, check that .dockerignore doesn't leave it out.",
          };
    },
  },
  {
    code: "run/killed",
    recognize: (evidence) =>
      evidence.task?.exitCode === 137
        ? {
            message: `${subject(evidence)} was killed (exit code 137)`,
            help: "Either its instance ran out of memory (give the step more resources.memory_gb), or it didn't end within 30 seconds of its time limit (raise timeout_seconds).",
          }
        : undefined,
  },
  {
    code: "run/terminated",
    recognize: (evidence) =>
      evidence.task?.exitCode === 143
        ? {
            message: `${subject(evidence)} was asked to end from outside (exit code 143)`,
            help: "Its task was stopped, or its instance was shut down. Resume the run.",
          }
        : undefined,
  },
  {
    code: "run/exit-code",
    recognize: (evidence) =>
      hasFailed(evidence)
        ? {
            message: withDetail(
              `${subject(evidence)} ended with exit code ${evidence.task?.exitCode}`,
              lastLine(evidence),
            ),
            help: "Its log has the whole story. Correct the step, deploy, and resume: finished steps are not run again.",
          }
        : undefined,
  },
];

function hasFailed({ task }: Evidence): boolean {
  return task?.exitCode !== undefined && task.exitCode !== 0;
}

/** What is said about the amount, after ECS's own words. */
function memoryNote({ task }: Evidence): string {
  const [, note] =
    /OutOfMemoryError: Container killed due to memory usage; (.*)/.exec(task?.reason ?? "") ?? [];
  return note ?? "";
}
