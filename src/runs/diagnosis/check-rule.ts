import { checkSentence } from "../checks.ts";
import { afterwards, type CommandEvidence, type Rule, subject } from "./rule.ts";

/** Exit code of the helper where a check isn't met that fails the step. */
const EXIT_UNMET = 65;
const LINE = /^esteira: check failed: (.*)$/;

/**
 * A step that did its work, and left what its checks refuse: known by what was reported, or said.
 */
export const CHECK_RULE: Rule<CommandEvidence> = {
  code: "run/check-failed",
  recognize: (evidence) => {
    if (evidence.task?.exitCode !== EXIT_UNMET) return undefined;
    const failed = failedChecks(evidence);
    if (failed.length === 0) return undefined;
    const more = failed.length > 3 ? `; and ${failed.length - 3} more` : "";
    return {
      message: `${subject(evidence)} left what its checks refuse: ${failed.slice(0, 3).join("; ")}${more}`,
      help: `Nothing of it was kept. Correct the data or the step${afterwards(evidence, " and resume")}; where the new value is right, change its rule under checks in config.yaml${afterwards(evidence, ", deploy, and resume")}.`,
    };
  },
};

function failedChecks({ attempt, log }: CommandEvidence): readonly string[] {
  const reported = attempt?.checks?.filter((one) => !one.passed && one.otherwise === "fail");
  if (reported !== undefined && reported.length > 0) return reported.map(checkSentence);
  return log.flatMap((line) => LINE.exec(line.trim())?.[1] ?? []);
}
