import { defineCommand } from "../definition.ts";
import { booleanFlag } from "../flags.ts";

export const newCommand = defineCommand({
  brief: "Write a project that runs at once",
  more: "Two steps in Python's standard library, a test, a Dockerfile, and a config.yaml that says what each field is. Nothing is asked, nothing is overwritten.",
  environment: "none",
  arguments: [{ brief: "Name of the project", placeholder: "PROJECT", parse: String }],
  flags: {
    helper: booleanFlag(
      "Add esteira.py, the Python library for steps, as one file; to a project that is there, too",
    ),
  },
  examples: [
    ["esteira new recsys", "then: esteira deploy recsys && esteira run recsys"],
    ["esteira new recsys --helper", "with the Python library, or only that"],
  ],
});
