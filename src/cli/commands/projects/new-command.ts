import { defineCommand } from "../definition.ts";
import { TEMPLATES } from "../../templates/kinds.ts";
import { booleanFlag, enumFlag } from "../flags.ts";

export const newCommand = defineCommand({
  brief: "Write a project that runs at once",
  more: "Steps, a test, a Dockerfile, and a config.yaml that says what each field is. Nothing is asked, nothing is overwritten.",
  environment: "none",
  arguments: [{ brief: "Name of the project", placeholder: "PROJECT", parse: String }],
  flags: {
    template: enumFlag(TEMPLATES, "What it is made with; minimal: Python's standard library"),
    helper: booleanFlag(
      "Add esteira.py, the Python library for steps, as one file; to a project that is there, too",
    ),
  },
  examples: [
    ["esteira new recsys", "then: esteira deploy recsys && esteira run recsys"],
    ["esteira new churn --template sklearn", "or notebook, or lightgbm"],
    ["esteira new recsys --helper", "with the Python library, or only that"],
  ],
});
