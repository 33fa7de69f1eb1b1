import { queryFailure, runtimeFailure, type StateFailure } from "../failure.ts";
import type { Job } from "./job.ts";
import type { Excess } from "./question.ts";

/** AWS's own words, https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export const excessMessages: Readonly<Record<Excess, string>> = {
  time: "Expression evaluation timeout: Check for infinite loop",
  memory: "Expression evaluation memory limit exceeded",
};

const runtimeMessages: Readonly<Record<Excess, string>> = {
  time: "took longer than a second and was ended.",
  memory: "needed too much memory and was ended.",
};

/** How AWS speaks of a JSONata expression in its field. */
export function namedExpression(text: string, location: string): string {
  return `The JSONata expression '${text.slice(2, -2).trim()}' specified for the field '${location}'`;
}

/** What a state whose evaluation was ended fails with: JSONata's can be caught, as on AWS. */
export function excessFailure(job: Job, excess: Excess): StateFailure {
  switch (job.kind) {
    case "expression": {
      const named = namedExpression(job.text, job.location);
      return queryFailure(
        job.location,
        `${named} threw an error during evaluation: ${excessMessages[excess]}`,
      );
    }
    case "reference":
      return runtimeFailure(`The evaluation of '${job.text}' ${runtimeMessages[excess]}`);
    case "template":
      return runtimeFailure(`The evaluation of a payload template ${runtimeMessages[excess]}`);
    case "rule":
      return runtimeFailure(`The evaluation of a Choice rule ${runtimeMessages[excess]}`);
  }
}
