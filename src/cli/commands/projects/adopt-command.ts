import { defineCommand } from "../definition.ts";
import { optional, pathParameter } from "../parameters.ts";

export const adoptCommand = defineCommand({
  brief: "Make a folder with code in it a project",
  more: "Looks at main.py, pyproject.toml, requirements.txt, notebooks and the Dockerfile, writes the config.yaml that fits, and a Dockerfile where there is none, and says what it assumed. Nothing is overwritten, and the schedule is left off. Without FOLDER: every folder among the projects that has no config.yaml.",
  environment: "none",
  arguments: [optional(pathParameter("FOLDER", "A folder"))],
  examples: [
    ["esteira adopt src/projects/churn", "then: esteira deploy churn && esteira run churn"],
    ["esteira adopt", "all of them"],
  ],
});
