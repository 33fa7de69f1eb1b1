import {
  ArgumentParseError,
  ArgumentScannerError,
  buildApplication,
  buildRouteMap,
  formatMessageForArgumentScannerError,
  help,
  proposeCompletions,
  run as runCommandLine,
  text_en,
  type Application,
  type ApplicationText,
} from "@stricli/core";

import type { CliContext } from "./terminal/context.ts";
import { exitCodes } from "../app/exit-codes.ts";
import { printJson } from "./terminal/json-output.ts";
import { renderFailure } from "./render/failure.ts";
import { renderRootHelp } from "./render/root-help.ts";
import { audit, bootstrap, iam, verify } from "./commands/environments/routes-account.ts";
import { deploy, destroy, plan } from "./commands/deploys/routes-deploy.ts";
import { ci } from "./commands/branches/routes-ci.ts";
import { notify } from "./commands/runs/routes-notify.ts";
import { backfill, doctor, watch } from "./commands/runs/routes-operate.ts";
import { model } from "./commands/deploys/routes-model.ts";
import { create, init, schema, test, validate } from "./commands/projects/routes-projects.ts";
import { gc, releases, rollback } from "./commands/deploys/routes-releases.ts";
import { drive, logs, resume, run, runs, status, stop } from "./commands/runs/routes-runs.ts";
import { schedule, up } from "./commands/schedules/routes-schedule.ts";
import { completion } from "./commands/tools/routes-shell.ts";
import { simulate } from "./commands/projects/routes-simulate.ts";

/** The commands, as the help groups them. */
const groups = {
  Projects: { init, new: create, validate, simulate, test },
  Deploys: { plan, deploy, releases, rollback, model, destroy, gc },
  Runs: { run, status, runs, logs, stop, resume, backfill, watch, notify },
  Schedules: { schedule, up },
  Environments: { bootstrap, iam, verify, doctor, audit },
  Branches: { ci },
  Tools: { schema, completion },
} as const;

const routes = buildRouteMap<string, CliContext>({
  routes: {
    ...groups.Projects,
    ...groups.Deploys,
    ...groups.Runs,
    ...groups.Schedules,
    ...groups.Environments,
    ...groups.Branches,
    ...groups.Tools,
    drive,
  },
  docs: {
    brief: "Scheduled, monitored machine-learning pipelines, on AWS and on this machine",
    hideRoute: { drive: true },
  },
});

/** Runs one command line; gives the exit code. */
export async function runApplication(
  inputs: readonly string[],
  context: CliContext,
): Promise<number> {
  const [first, ...rest] = inputs;
  if (first === "__complete") {
    await complete(rest, context);
    return exitCodes.ok.code;
  }
  if (first === undefined || ["help", "--help", "-h"].includes(first)) {
    if (rest.length === 0) {
      context.out.lines(renderRootHelp(groups, context.out.style));
      return exitCodes.ok.code;
    }
    return runApplication([...rest, "--help"], context);
  }
  const json = inputs.includes("--json");
  const told: Told[] = [];
  // With --json what the library says goes to programs instead; commands don't write by way of it.
  const silent = {
    ...context,
    process: { ...context.process, stderr: { write: () => undefined } },
  };
  const running = json ? silent : context;
  await runCommandLine(applicationFor(running, told), inputs, running);
  const code = Number(running.process.exitCode ?? 0);
  // The library answers with negative numbers: -4 and -5 for a wrong command line, the others for
  // what shouldn't happen.
  const exit =
    code >= 0 ? code : code === -4 || code === -5 ? exitCodes.usage.code : exitCodes.internal.code;
  const [problem] = told;
  if (json && problem !== undefined) {
    printJson(context, {
      error: { reason: "usage", ...problem, resource: null, diagnostics: [] },
      exit,
    });
  }
  return exit;
}

/** What is wrong with the command line, and what to do. */
interface Told {
  readonly message: string;
  readonly help: string;
}

function applicationFor(context: CliContext, told: Told[] = []): Application<CliContext> {
  return buildApplication<CliContext>(
    routes,
    {
      name: "esteira",
      scanner: { caseStyle: "allow-kebab-for-camel" },
      localization: { text: textFor(context, told) },
    },
    {
      help: help({
        brief: "Print this and exit",
        defaultForRouteMap: true,
        formatting: {
          useAliasInUsageLine: false,
          onlyRequiredInUsageLine: true,
          caseStyle: "convert-camel-to-kebab",
        },
      }),
    },
  );
}

/** The library's words in our form: one sentence, and what to do. */
function textFor(context: CliContext, told: Told[]): ApplicationText {
  const say = (message: string, help: string): string => {
    told.push({ message, help });
    const { style, wrapAt } = context.errors;
    return renderFailure({ message, help }, { style, width: wrapAt() }).join("\n");
  };
  const unexpected = (exception: unknown): string => {
    throw exception instanceof Error ? exception : new Error(String(exception));
  };
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      say(
        `there is no command ${input}`,
        corrections.length === 0
          ? "esteira --help lists them."
          : `Did you mean ${corrections.map((name) => name.replaceAll("`", "")).join(" or ")}?`,
      ),
    exceptionWhileParsingArguments: (exception) =>
      exception instanceof ArgumentScannerError
        ? say(scannerMessage(exception), "Add --help to the command to see what it takes.")
        : unexpected(exception),
    exceptionWhileLoadingCommandFunction: unexpected,
    exceptionWhileLoadingCommandContext: unexpected,
    exceptionWhileRunningCommand: unexpected,
  };
}

function scannerMessage(error: ArgumentScannerError): string {
  const message = formatMessageForArgumentScannerError(error, {
    ArgumentParseError: (problem: ArgumentParseError) => {
      const why = problem.exception instanceof Error ? problem.exception.message : "";
      const name = problem.externalFlagNameOrPlaceholder;
      return `${name === name.toUpperCase() ? name : `--${name}`} can't be ${problem.input}: ${why}`;
    },
    FlagNotFoundError: (problem) => {
      const similar = problem.corrections.map((flag) => `--${flag}`).join(" or ");
      return `there is no flag --${problem.input.replace(/^-+/, "")}${similar === "" ? "" : `; did you mean ${similar}?`}`;
    },
    AliasNotFoundError: (problem) => `there is no flag -${problem.input.replace(/^-+/, "")}`,
    UnsatisfiedPositionalError: (problem) => `${problem.placeholder} is missing`,
    UnexpectedPositionalError: (problem) => `${problem.input} is one argument too many`,
    UnsatisfiedFlagError: (problem) => `--${problem.externalFlagName} needs a value`,
    UnexpectedFlagError: (problem) => `--${problem.externalFlagName} is given twice`,
    EnumValidationError: (problem) =>
      `--${problem.externalFlagName} is one of ${problem.values.join(", ")}; it can't be ${problem.input}`,
  });
  return message;
}

/** Prints what could stand where the cursor is, a line each: the shells' completion calls this. */
async function complete(inputs: readonly string[], context: CliContext): Promise<void> {
  const proposals = await proposeCompletions(applicationFor(context), inputs, context);
  context.out.lines(proposals.map(({ completion, brief }) => `${completion}\t${brief}`));
}
