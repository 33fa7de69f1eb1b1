import { readFile } from "node:fs/promises";
import { posix, resolve } from "node:path";

import { readJsonObject } from "../../config/yaml/json-source.ts";
import { loadWorkspace } from "../../config/load.ts";
import { statesOfMachine } from "../../config/own-definition.ts";
import { sourceRange } from "../../config/yaml/source-range.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import { makeRelease } from "../../release/build.ts";
import { filledDefinition } from "../../release/placeholders.ts";
import { variableOf } from "../../runs/task-reading.ts";
import type { Host } from "../host.ts";
import { definitionDiagnostics } from "../deploy/definition-check.ts";
import { failed, notFound, type Failure } from "../failure.ts";
import { selectOnDisk } from "../missing-projects.ts";
import { invalid, openWorkspace } from "../workspace.ts";

/** A state machine to be simulated, with what people call its tasks. */
export interface Subject {
  /** `recsys 1.0.0, local`, or the file. */
  readonly title: string;
  readonly kind: "project" | "file";
  readonly definition: JsonObject;
  /** A file's. */
  readonly text?: string;
  /** The Task states, by the step's id in a project and by their own name in a file. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Who runs: a project's state machine has a name. */
  readonly name: string;
}

/** Finds what is to be simulated: a file of JSON, or a project as it would be deployed. */
export async function subjectOf(
  host: Host,
  what: string,
  environment: string | undefined,
): Promise<Result<Subject, Failure>> {
  return /\.json$/i.test(what) ? fromFile(host, what) : fromProject(host, what, environment);
}

async function fromFile(host: Host, file: string): Promise<Result<Subject, Failure>> {
  const text = await textOf(host, file);
  if (!text.ok) return text;
  const read = readJsonObject(text.value);
  if (!read.ok) {
    const { message, offset } = read.error;
    return invalid(
      [
        {
          code: "definition/syntax",
          severity: "error",
          message: `this is not a definition in JSON: ${message}`,
          help: "correct it here or just before",
          location: { file, range: sourceRange(text.value, offset, offset + 1) },
        },
      ],
      "nothing was simulated: correct the errors above first",
    );
  }
  const tasks = statesOfMachine(read.value)
    .filter(({ state }) => state["Type"] === "Task")
    .map(({ name }) => [name, name] as const);
  const name = posix.basename(file).replace(/(\.asl)?\.json$/i, "");
  return ok({
    title: file,
    kind: "file",
    definition: read.value,
    text: text.value,
    tasks: new Map(tasks),
    name,
  });
}

/** A file of the person's, by its path from where they are. */
export async function textOf(host: Host, file: string): Promise<Result<string, Failure>> {
  try {
    return ok(await readFile(resolve(host.cwd, file), "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return notFound(`there is no file ${file}`, "Check its path.");
    if (code === "EISDIR") return notFound(`${file} is a folder, not a file`, "Name a file in it.");
    throw error;
  }
}

async function fromProject(
  host: Host,
  name: string,
  environment: string | undefined,
): Promise<Result<Subject, Failure>> {
  const opened = await openWorkspace(host, environment);
  if (!opened.ok) return opened;
  const loaded = await loadWorkspace(opened.value.root, opened.value.environment.name);
  const chosen = await selectOnDisk(loaded, [name]);
  if (!chosen.ok) return chosen;
  const [project] = chosen.value.projects;
  const diagnostics = [
    ...chosen.value.diagnostics,
    ...(await definitionDiagnostics(chosen.value.projects)),
  ];
  if (hasErrors(diagnostics) || project === undefined) {
    return invalid(diagnostics, "nothing was simulated: correct the errors above first");
  }
  const { release } = makeRelease(
    project,
    loaded.workspace,
    opened.value.environment,
    "0".repeat(64),
  );
  if (release.definition === undefined) {
    return failed({
      exit: "refused",
      reason: "refused",
      message: `${name} has no steps, so that there is nothing to run`,
      help: "Add a step, or a main.py.",
    });
  }
  const definition = filledDefinition(release, {
    task_definition: `${release.names.taskFamily}:1`,
    artifacts_uri: "s3://artifacts",
    artifacts_bucket: "artifacts",
    artifacts_prefix: "",
    pools_function: "pools",
  });
  const tasks = statesOfMachine(definition).flatMap(({ name: stateName, state }) => {
    const parameters: Json | undefined = state["Arguments"] ?? state["Parameters"];
    const step = variableOf(parameters, "ESTEIRA_STEP");
    return step === undefined ? [] : [[step, stateName] as const];
  });
  return ok({
    title: `${release.project} ${release.version}, ${release.environment}`,
    kind: "project",
    definition,
    tasks: new Map(tasks),
    name: release.names.stateMachine,
  });
}
