import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { parse } from "yaml";

/** A step as a workflow file has it. */
interface Step {
  readonly id?: string;
  readonly name: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly if?: string; readonly steps: readonly Step[] }>
  >;
}

/**
 * What a run of a job is given: the `github` context, its variables, and what stands for each
 * action.
 */
export interface JobRun {
  /** `github.*` of expressions, by its dotted path. */
  readonly github: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The runner's: made for the job and gone after it, at one place for all jobs, as on GitHub. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /**
   * What an action does, by its name without the commit; gives variables for the steps after it.
   */
  readonly actions: Readonly<
    Record<
      string,
      (
        inputs: Readonly<Record<string, string>>,
        folder: string,
      ) => Promise<Readonly<Record<string, string>>>
    >
  >;
}

export interface JobOutcome {
  /** Undefined: its condition wasn't met. */
  readonly succeeded: boolean | undefined;
  /** `success`, `failure` or `skipped`, by the steps' names. */
  readonly steps: Readonly<Record<string, string>>;
  /** All that the steps printed. */
  readonly log: string;
  readonly summary: string;
}

/**
 * Runs a job of a workflow file as a runner does: its own scripts by its own shell, its conditions
 * and expressions, outputs from step to step; actions are what the test says.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export async function runJob(file: string, name: string, run: JobRun): Promise<JobOutcome> {
  const workflow = parse(await readFile(file, "utf8")) as Workflow;
  const job = workflow.jobs[name];
  if (job === undefined) throw new Error(`${file} has no job ${name}`);
  const { folder } = run;
  const work = join(folder, "work");
  const files = { output: join(folder, "output"), summary: join(folder, "summary.md") };
  await mkdir(folder); // fails while another job is in it
  await mkdir(work);
  const values = new Map<string, string>();
  for (const [path, value] of Object.entries(run.github)) values.set(`github.${path}`, value);
  for (const [path, value] of Object.entries(run.secrets)) values.set(`secrets.${path}`, value);
  const steps: Record<string, string> = {};
  const log: string[] = [];
  const exported: Record<string, string> = {};
  let failed = false;
  try {
    if (!holds(job.if, values, failed))
      return { succeeded: undefined, steps, log: "", summary: "" };
    for (const step of job.steps) {
      const done = (outcome: "success" | "failure" | "skipped"): void => {
        steps[step.name] = outcome;
        if (step.id !== undefined) values.set(`steps.${step.id}.outcome`, outcome);
        failed ||= outcome === "failure";
      };
      if (!holds(step.if, values, failed)) {
        done("skipped");
        continue;
      }
      if (step.uses !== undefined) {
        const [action = ""] = step.uses.split("@");
        const stand = run.actions[action];
        if (stand === undefined) throw new Error(`nothing stands for ${action}`);
        Object.assign(exported, await stand(filled(step.with, values), work));
        done("success");
        continue;
      }
      await writeFile(files.output, "");
      const { exitCode, all } = await execa("bash", ["--norc", "-e", "-c", step.run ?? ""], {
        stdin: "ignore",
        cwd: work,
        env: {
          ...run.variables,
          ...workflow.env,
          ...exported,
          ...filled(step.env, values),
          GITHUB_OUTPUT: files.output,
          GITHUB_STEP_SUMMARY: files.summary,
        },
        extendEnv: false,
        reject: false,
        all: true,
      });
      log.push(`## ${step.name}`, all);
      for (const line of (await readFile(files.output, "utf8")).split("\n")) {
        const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
        if (key !== undefined) values.set(`steps.${step.id ?? ""}.outputs.${key}`, value ?? "");
      }
      done(exitCode === 0 ? "success" : "failure");
    }
    const summary = await readFile(files.summary, "utf8").catch(() => "");
    return { succeeded: !failed, steps, log: log.join("\n"), summary };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * A condition: terms with `&&` between them, each a comparison or `!cancelled()`. Without a status
 * function, what failed before counts.
 */
function holds(
  written: string | undefined,
  values: ReadonlyMap<string, string>,
  failed: boolean,
): boolean {
  const condition = (written ?? "").replace(/^\$\{\{(.*)\}\}$/, "$1").trim();
  const terms = condition === "" ? [] : condition.split("&&").map((term) => term.trim());
  if (failed && !terms.includes("!cancelled()")) return false;
  return terms.every((term) => {
    if (term === "!cancelled()") return true;
    const [, left = "", operator, right = ""] = /^(\S+) (==|!=) (\S+)$/.exec(term) ?? [];
    if (operator === undefined) throw new Error(`can't read the condition ${term}`);
    const same = valueOf(left, values) === valueOf(right, values);
    return operator === "==" ? same : !same;
  });
}

function valueOf(term: string, values: ReadonlyMap<string, string>): string {
  const [, literal] = /^'([^']*)'$/.exec(term) ?? [];
  if (literal !== undefined) return literal;
  if (!/^(github|steps|secrets)\.[\w.-]+$/.test(term)) throw new Error(`can't read ${term}`);
  return values.get(term) ?? "";
}

function filled(
  fields: Readonly<Record<string, unknown>> = {},
  values: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      String(value).replaceAll(/\$\{\{ *(\S+?) *\}\}/g, (_, term: string) => valueOf(term, values)),
    ]),
  );
}

/** Writes a program into a folder that is on the PATH. */
export async function writeProgram(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${text}`, { mode: 0o755 });
}
