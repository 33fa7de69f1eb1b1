import { defineCommand } from "../definition.ts";
import { optional, projectParameter } from "../parameters.ts";

/** `2026-11`; throws what follows "--month can't be x:". */
function parseMonth(input: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(input)) return input;
  throw new Error("it is a year and a month, such as 2026-11");
}

export const costsCommand = defineCommand({
  brief: "Show what a month's runs cost, waited and wasted, by project and step",
  more: "An estimate from the runs' histories and a table of prices; on this machine, times only. Says which setting would save what. Reads only.",
  environment: "any",
  arguments: [optional(projectParameter)],
  flags: {
    month: {
      kind: "parsed",
      parse: parseMonth,
      placeholder: "YYYY-MM",
      brief: "The month, in UTC (this one)",
      optional: true,
    },
  },
  examples: [
    ["esteira costs -e prd"],
    ["esteira costs recsys -e prd --month 2026-10", "one project, last month"],
  ],
});
