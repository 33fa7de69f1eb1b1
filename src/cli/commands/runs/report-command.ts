import { defineCommand } from "../definition.ts";
import { booleanFlag, pathFlag } from "../flags.ts";
import { runParameter } from "../parameters.ts";

export const reportCommand = defineCommand({
  brief: "Open the report of a run: what its steps added, as one page",
  more: "Figures, tables and texts that steps added with `report.add` or left in ESTEIRA_REPORT_DIR become one HTML file that needs nothing else. Files that are too large for it are named.",
  environment: "any",
  arguments: [runParameter],
  flags: {
    output: pathFlag("FILE", "The page (default: .esteira/reports/RUN.html)"),
    noOpen: booleanFlag("Write it, and open no browser"),
  },
  examples: [
    ["esteira report recsys", "the latest run of a project"],
    ["esteira report 4f9a1c -e prd --output report.html --no-open"],
  ],
});
