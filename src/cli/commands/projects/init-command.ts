import { defineCommand } from "../definition.ts";
import { booleanFlag, negatableFlag, yesFlag } from "../flags.ts";

export const initCommand = defineCommand({
  brief: "Make this folder a workspace: esteira.yaml, CI and .gitignore",
  more: "Files that are there already are left as they are; .gitignore gets the lines that it lacks. Typed again, it adds what is missing: the workflows, for instance. Workflows that still install Esteira by a name, and the pin of an earlier version, are changed after showing how, and asking.",
  environment: "none",
  flags: {
    github: negatableFlag("Write the workflows of GitHub Actions and build_apps.sh (default)"),
    python: booleanFlag(
      "Have the workflows install Esteira's Python wheel (default where this is it)",
    ),
    yes: yesFlag,
  },
  examples: [
    ["esteira init", "then: esteira new my-project"],
    ["esteira init --python", "the workflows install Esteira with pip"],
    ["esteira init --no-github", "without workflows"],
  ],
});
