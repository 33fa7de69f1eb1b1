import * as z from "zod";

import { anything, document, project, text, textOrNull, time } from "./fields.ts";
import { diagnosis } from "./runs.ts";
import { diagnostic } from "./shapes.ts";

export const errorDocument = document({
  error: z
    .strictObject({
      reason: text().describe("Stable word for programs: that of a problem, or `usage`"),
      message: text().describe("What happened, one sentence"),
      help: textOrNull().describe("What to do next"),
      resource: textOrNull().describe("What it is about: a run, a path, an ARN"),
      diagnostics: z.array(diagnostic).describe("The problems in the files, where that is why"),
    })
    .describe("Why nothing was done"),
  exit: z.int().describe("The [exit code](exit-codes.md)"),
});

export const validateDocument = document({
  valid: z.boolean().describe("No diagnostic is an error"),
  environments: z.array(text()).describe("Those that it was checked for"),
  projects: z.array(text()).describe("Folders that were checked, relative to the workspace"),
  diagnostics: z.array(diagnostic).describe("All problems at once"),
});

export const initDocument = document({
  workspace: text().describe("Its name"),
  root: text().describe("Its folder, absolute"),
  written: z.array(text()).describe("Files that are new, relative to the workspace"),
  changed: z.array(text()).describe("Files that were changed, as `--yes` allows"),
  pending: z.array(text()).describe("Files that `--yes` would change"),
  remarks: z.array(text()).describe("What is left to do, a sentence each"),
});

export const newDocument = document({
  project: project(),
  folder: text().describe("Relative to the workspace"),
  written: z.array(text()).describe("Files that are new, relative to the folder"),
});

const assumption = z
  .strictObject({
    field: text().describe("A step, `python_version` or `requirements_file`"),
    value: text().describe("What was written"),
    because: text().describe("What it was seen in"),
  })
  .meta({ id: "Assumption", description: "One thing that adoption took for granted" });

export const adoptDocument = document({
  projects: z
    .array(
      z.strictObject({
        project: project(),
        folder: text().describe("Relative to the workspace"),
        written: z.array(text()).describe("Files that are new, relative to the folder"),
        assumptions: z.array(assumption).describe("What was assumed"),
        remarks: z.array(text()).describe("What is left to do, a sentence each"),
      }),
    )
    .describe("The folders that are projects now"),
  refused: z
    .array(
      z.strictObject({
        folder: text().describe("Relative to the workspace"),
        message: text().describe("Why it can't be a project as it is"),
        help: text().describe("What to do"),
      }),
    )
    .describe("The folders that stay as they are"),
  diagnostics: z.array(diagnostic).describe("What `validate` says of them"),
});

export const testDocument = document({
  project: project(),
  command: textOrNull().describe("The test command"),
  exitCode: z.int().describe("What it ended with"),
});

const timelineEntry = z
  .strictObject({
    kind: z.enum(["attempt", "wait", "retry-wait", "state"]).describe("What took the time"),
    state: text().describe("The step, or in a file the state"),
    items: z.array(z.int()).describe("Indexes of the items of the Maps around it"),
    attempt: z.int().nullable().describe("From 1"),
    startedAt: time(),
    endedAt: time().nullable(),
    outcome: z
      .enum(["succeeded", "failed", "timed out", "given up", "skipped"])
      .nullable()
      .describe("`null`: it has none"),
    error: textOrNull().describe("Name of the error"),
    cause: textOrNull().describe("Its details"),
  })
  .meta({ id: "TimelineEntry", description: "One thing of a simulation that took time" });

export const simulateDocument = document({
  subject: text().describe("Project or file"),
  status: z
    .enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "INVALID"])
    .describe("How it ended"),
  output: anything().describe("What the state machine gives"),
  error: textOrNull().describe("Name of the error"),
  cause: textOrNull().describe("Its details"),
  timeline: z.array(timelineEntry).describe("In the order of time"),
  events: z.array(text()).describe("Types of the events, as AWS lists them"),
});

export const versionDocument = document({
  version: text().describe("Of Esteira"),
  folder: text().describe("Where the program is"),
  docs: text().describe("Path of the index of its pages"),
  node: text().describe("Version of the Node that runs it"),
  registry: textOrNull().describe("With `--check`: address of the registry that was asked"),
  newest: textOrNull().describe("With `--check`: the newest version there"),
  newer: z.boolean().nullable().describe("With `--check`: whether that is newer than this one"),
});

export const completionDocument = document({
  shell: text().describe("`bash`, `zsh` or `fish`"),
  script: text().describe("What the shell reads"),
});

export const devStepDocument = document({
  project: project(),
  step: text().describe("Its id"),
  exitCode: z.int().describe("What its command ended with"),
  stopped: z.boolean().describe("It was ended because a file was saved, or by Ctrl-C"),
  durationMs: z.int().describe("Milliseconds"),
  diagnosis: diagnosis
    .nullable()
    .describe("Why it failed, where what it printed doesn't say so already"),
});

export const envDocument = document({
  project: project(),
  step: text().describe("Its id"),
  executor: z.enum(["docker", "process"]).describe("What the step runs as"),
  image: textOrNull().describe("Of a container"),
  variables: z.record(z.string(), text()).describe("Those of secrets are `***`"),
  secrets: z.array(text()).describe("Names of those that are secrets"),
});

export const shellDocument = document({
  project: project(),
  step: text().describe("Its id"),
  artifactsOf: textOrNull().describe("The run whose artifacts were there"),
});
