import { CHECK_RULE } from "./check-rule.ts";
import { CUT_OFF_RULES } from "./cut-off-rules.ts";
import { NOTEBOOK_RULE } from "./notebook-rule.ts";
import { sayDuration } from "../duration.ts";
import {
  afterwards,
  gibText,
  lastLine,
  onceMore,
  shortened,
  subject,
  useOf,
  useText,
  withDetail,
  type CommandEvidence,
  type Rule,
} from "./rule.ts";

/** Causes that lie in what the step runs: its command has begun, and ended badly. */
export const COMMAND_RULES: readonly Rule<CommandEvidence>[] = [
  {
    code: "run/out-of-memory",
    recognize: (evidence) =>
      /OutOfMemory|out of memory/i.test(evidence.reasons)
        ? {
            message: withDetail(`${subject(evidence)} ran out of memory`, memoryNote(evidence)),
            help: `Give the step more resources.memory_gb, or let it work on less at a time.${onceMore(evidence, "memory")}`,
          }
        : undefined,
  },
  ...CUT_OFF_RULES,
  CHECK_RULE,
  {
    code: "run/time-limit",
    recognize: (evidence) => {
      if (!reachedLimit(evidence)) return undefined;
      const { limit } = useOf(evidence);
      const of = limit === undefined ? "" : ` of ${sayDuration(limit)}`;
      const deaf =
        evidence.task?.exitCode === 137
          ? ", did not end when it was asked to, and was killed 30 s later"
          : "";
      return {
        message: `${subject(evidence)} reached its time limit${of}${deaf}`,
        help: `Raise the step's timeout_seconds (or schedule.timeout_seconds), or make it do less.${onceMore(evidence, "limit")}`,
      };
    },
  },
  {
    code: "run/own-time-limit",
    recognize: (evidence) =>
      evidence.task?.exitCode === 124
        ? {
            message: `${subject(evidence)} ended with exit code 124, and not by its time limit: ${useText(evidence)}`,
            help: "A `timeout` in its own command or scripts does that, most likely: raise that one.",
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
            help:
              evidence.place !== "aws"
                ? "Check the step's command, and that requirements.txt, the image or this machine has the program."
                : "Check the step's command, and that the image installs the program.",
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
            help:
              evidence.place !== "aws"
                ? `Free some space on this machine's disk, or write less${afterwards(evidence, "; then resume")}.`
                : "Raise infra.compute.disk_gb, write less, or make the image smaller.",
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
            help: `Add its package to requirements.txt${afterwards(evidence, " and deploy again")}. If it is a file of the project, check that .dockerignore doesn't leave it out.`,
          };
    },
  },
  {
    code: "run/unreachable",
    recognize: (evidence) => {
      if (!hasFailed(evidence)) return undefined;
      const line = evidence.log.findLast((text) =>
        /connection refused|ECONNREFUSED|connection reset by peer|ECONNRESET|temporary failure in name resolution|name or service not known|EAI_AGAIN|(connection|connect|read) timed out|ETIMEDOUT|no route to host|503 service unavailable/i.test(
          text,
        ),
      );
      return line === undefined
        ? undefined
        : {
            message: withDetail(
              `${subject(evidence)} could not reach a service that it needs`,
              shortened(line.trim()),
            ),
            help: `Look whether that service is up and can be reached from where the step runs${afterwards(evidence, "; then resume: finished steps are not run again")}. Where it happens often, give the step retries.`,
          };
    },
  },
  NOTEBOOK_RULE,
  {
    code: "run/killed",
    recognize: (evidence) =>
      evidence.task?.exitCode === 137
        ? {
            message: withDetail(
              `${subject(evidence)} was killed (exit code 137)`,
              useText(evidence),
            ),
            help: killedHelp(evidence),
          }
        : undefined,
  },
  {
    code: "run/terminated",
    recognize: (evidence) =>
      evidence.task?.exitCode === 143
        ? {
            message: `${subject(evidence)} was asked to end from outside (exit code 143)`,
            help:
              evidence.place !== "aws"
                ? `It ended itself, or somebody on this machine sent it SIGTERM: Esteira did not.${afterwards(evidence, " Resume the run.")}`
                : "Its task was stopped, or its instance was shut down. Resume the run.",
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

/** What is to be done about a SIGKILL that none of Esteira's limits explains. */
function killedHelp(evidence: CommandEvidence): string {
  const { peak, memory } = useOf(evidence);
  const close = peak !== undefined && memory !== undefined && peak > 0.9 * memory;
  if (close) {
    return `It was close to its memory limit: give the step more resources.memory_gb, or let it work on less at a time.${onceMore(evidence, "memory")}`;
  }
  return evidence.place !== "aws"
    ? `Esteira did not kill it: its own command did (\`kill -9\`, \`exit 137\`), somebody on this machine, or the kernel where the machine's memory ran out (\`dmesg\` says so).${afterwards(evidence, " Resume the run once it is clear.")}`
    : "ECS doesn't say by whom: its instance ran out of memory (give the step more resources.memory_gb), or its own command did it (`kill -9`, `exit 137`).";
}

/** Whether the limit around the command ended it: known on this machine, and else by its time. */
function reachedLimit(evidence: CommandEvidence): boolean {
  const exitCode = evidence.task?.exitCode;
  const endedBy = evidence.task?.figures.endedBy;
  if (endedBy !== undefined) return endedBy === "time-limit";
  const { lasted, limit } = useOf(evidence);
  if (lasted === undefined || limit === undefined) return exitCode === 124;
  // A second for the clocks. `timeout -k 30` kills what is still there half a minute later.
  return (
    (exitCode === 124 && lasted >= limit - 1000) || (exitCode === 137 && lasted >= limit + 29_000)
  );
}

function hasFailed({ task }: CommandEvidence): boolean {
  return task?.exitCode !== undefined && task.exitCode !== 0;
}

/** What is said about the amount, after ECS's own words. */
function memoryNote(evidence: CommandEvidence): string {
  const [, note] =
    /OutOfMemoryError: Container killed due to memory usage; (.*)/.exec(
      evidence.task?.reason ?? "",
    ) ?? [];
  if (note !== undefined) return note;
  const { peak, memory } = useOf(evidence);
  if (memory === undefined) return "";
  return peak === undefined
    ? `it may use ${gibText(memory)} GiB`
    : `it had ${gibText(peak)} of the ${gibText(memory)} GiB that it may use`;
}
