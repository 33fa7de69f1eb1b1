import type { EndedBy } from "../task-facts.ts";
import { subject, type CommandEvidence, type Rule } from "./rule.ts";

/** Causes that lie outside of the step: its command was well, and what it ran on or in was lost. */
export const CUT_OFF_RULES: readonly Rule<CommandEvidence>[] = [
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
  cutOff("run/machine-lost", {
    "machine-down": "this machine went down while it ran, or was started again",
    "supervisor-lost": "the process that supervises it was killed, and the step with it",
  }),
  cutOff("run/container-lost", {
    "container-removed": "its container was removed while it ran",
    "container-killed": "its container was killed by hand, as `docker kill` does",
    "engine-away": "the Docker engine gave no answer for five minutes",
  }),
];

/** An end of which this machine knows that it came from outside, by what it was. */
function cutOff(
  code: Rule["code"],
  texts: Readonly<Partial<Record<EndedBy, string>>>,
): Rule<CommandEvidence> {
  return {
    code,
    recognize: (evidence) => {
      const endedBy = evidence.task?.figures.endedBy;
      const text = endedBy && texts[endedBy];
      return text === undefined
        ? undefined
        : {
            message: `${subject(evidence)} was cut off: ${text}`,
            help:
              evidence.place === "trial"
                ? "Nothing is wrong with the step itself."
                : "Resume the run: nothing is wrong with the step itself, which runs again from its beginning.",
          };
    },
  };
}
