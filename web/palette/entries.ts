import type { ConsoleDocument } from "../../src/app/documents/console.ts";
import { type Action, actionAddress, commandLine } from "../actions/action.ts";
import { addressOf } from "../app/addresses.ts";
import { type Outcome, outcomeOfRun } from "../parts/outcome.tsx";
import { clock, duration } from "../words/format.ts";
import { paletteWords } from "./words.ts";

type Fleet = ConsoleDocument<"fleet">;
type Run = ConsoleDocument<"runs">["runs"][number];

/** Something that can be gone to or done. */
export interface Entry {
  readonly key: string;
  readonly group: "projects" | "actions" | "runs" | "pages" | "settings";
  readonly title: string;
  /** What is beside the title, less strong. */
  readonly hint?: string | undefined;
  /** The command that does the same; it can be copied. */
  readonly command?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly open: string | (() => void);
}

/** What entries are made of. */
export interface Known {
  readonly environment: string;
  readonly environments: readonly string[];
  readonly fleet: Fleet | undefined;
  readonly runs: readonly Run[];
  /** The project of the page, or the one that is found alone. */
  readonly project: string | undefined;
  /** The run of the page. */
  readonly run: string | undefined;
  readonly rollbacks: boolean;
}

/** Pages of the environment, and the other environments. */
export function pageEntries({ environment, environments }: Known): readonly Entry[] {
  const words = paletteWords();
  const pages = ["fleet", "tonight", "plan", "audit"] as const;
  const commands = { fleet: "status", tonight: "watch", plan: "plan", audit: "audit" };
  return [
    ...pages.map((page) => ({
      key: `page ${page}`,
      group: "pages" as const,
      title: words.pages[page],
      command: commandLine(environment, commands[page]),
      open: addressOf[page](environment),
    })),
    ...environments
      .filter((name) => name !== environment)
      .map((name) => ({
        key: `environment ${name}`,
        group: "pages" as const,
        title: words.environment(name),
        open: addressOf.fleet(name),
      })),
  ];
}

export function projectEntries({ environment, fleet }: Known): readonly Entry[] {
  return (fleet?.projects ?? []).map(({ project, diagnosis, lastRun, owner }) => ({
    key: `project ${project}`,
    group: "projects",
    title: project,
    hint: diagnosis?.message ?? owner ?? undefined,
    outcome: lastRun === null ? "none" : outcomeOfRun(lastRun),
    open: addressOf.project(environment, project),
  }));
}

export function runEntries({ environment, runs }: Known): readonly Entry[] {
  return runs.map((run) => ({
    key: `run ${run.run}`,
    group: "runs",
    title: `${run.project} ${clock(run.startedAt, "moment")}`,
    hint: run.endedAt === null ? undefined : duration(run.endedAt - run.startedAt),
    command: run.run,
    outcome: outcomeOfRun(run),
    open: addressOf.run(environment, run.run),
  }));
}

/** What can be done: with the run and the project in question, and with the environment. */
export function actionEntries(known: Known): readonly Entry[] {
  const { environment, project, run, fleet } = known;
  const words = paletteWords();
  const line = (...parts: readonly string[]): string => commandLine(environment, ...parts);
  const entry = (action: Action, title: string, command: string): Entry => ({
    key: `action ${action.name} ${action.of}`,
    group: "actions",
    title,
    command,
    open: actionAddress(action),
  });
  const row = fleet?.projects.find((one) => one.project === project);
  const last = run ?? row?.lastRun?.run;
  const running = row?.lastRun?.status === "RUNNING";
  const entries: Entry[] = [];
  if (last !== undefined && (running || run !== undefined)) {
    entries.push(entry({ name: "stop", of: last }, words.stop, line("stop", last)));
  }
  if (last !== undefined && row?.state !== "well" && !running) {
    entries.push(entry({ name: "resume", of: last }, words.resume, line("resume", last)));
  }
  if (project !== undefined) {
    const off = row?.next.kind === "disabled";
    const schedule = off ? ("enable" as const) : ("disable" as const);
    entries.push(
      entry({ name: "run", of: project }, words.run, line("run", project)),
      entry(
        { name: schedule, of: project },
        words[schedule],
        line(`schedule ${schedule}`, project),
      ),
      entry({ name: "backfill", of: project }, words.backfill, line("backfill", project)),
      ...(known.rollbacks
        ? [entry({ name: "rollback", of: project }, words.rollback, line("rollback", project))]
        : []),
      ...(row?.model === null
        ? []
        : [entry({ name: "promote", of: project }, words.promote, line("model promote", project))]),
      entry({ name: "deploy", of: project }, words.deploy, line("deploy", project)),
    );
  } else entries.push(entry({ name: "deploy", of: "" }, words.deployAll, line("deploy")));
  return entries;
}
