import {
  ArgumentParseError,
  ArgumentScannerError,
  buildApplication,
  formatMessageForArgumentScannerError,
  help,
  run as runCommandLine,
  text_en,
  type Application,
  type ApplicationText,
} from "@stricli/core";

import type { CliContext } from "./terminal/context.ts";
import { exitCodes } from "../app/exit-codes.ts";
import { printJson } from "./terminal/json-output.ts";
import { renderFailure } from "./render/failure.ts";
import { fitHelp } from "./render/fit-help.ts";
import { renderRootHelp } from "./render/root-help.ts";
import { hanging } from "./render/text.ts";
import { branches } from "./commands/branches/group.ts";
import { deploys } from "./commands/deploys/group.ts";
import { environments } from "./commands/environments/group.ts";
import { projects } from "./commands/projects/group.ts";
import { runs, unlisted } from "./commands/runs/group.ts";
import { schedules } from "./commands/schedules/group.ts";
import { tools } from "./commands/tools/group.ts";
import { briefsOf, routesFor, type Briefs, type CommandTree } from "./commands/tree.ts";

/** The commands, as the help groups them. */
const groups = {
  Projects: projects,
  Deploys: deploys,
  Runs: runs,
  Schedules: schedules,
  Environments: environments,
  Branches: branches,
  Tools: tools,
} as const;

const tree: CommandTree = {
  ...projects,
  ...deploys,
  ...runs,
  ...schedules,
  ...environments,
  ...branches,
  ...tools,
  ...unlisted,
};

/** Runs one command line; gives the exit code. */
export async function runApplication(
  inputs: readonly string[],
  context: CliContext,
): Promise<number> {
  const [first, ...rest] = inputs;
  if (first === "__complete") {
    const { complete } = await import("./complete.ts");
    await complete(await applicationFor(rest, context), rest, context);
    return exitCodes.ok.code;
  }
  if (first === undefined || ["help", "--help", "-h"].includes(first)) {
    if (rest.length === 0) {
      const { lines, style, wrapAt } = context.out;
      lines(
        renderRootHelp(await groupsWithBriefs(), style).flatMap((line) => hanging(line, wrapAt())),
      );
      return exitCodes.ok.code;
    }
    return runApplication([...rest, "--help"], context);
  }
  const json = inputs.includes("--json");
  const reported: Reported[] = [];
  // Commands don't write by way of the library: what it writes is a help, or what is wrong with
  // the command line, which with --json goes to programs instead.
  const { stdout, stderr } = context.process;
  const running = {
    ...context,
    process: {
      ...context.process,
      stdout: {
        ...stdout,
        write: (text: string) => stdout.write(fitHelp(text, context.out.wrapAt())),
      },
      stderr: json ? { write: () => undefined } : stderr,
    },
  };
  await runCommandLine(await applicationFor(inputs, running, reported), inputs, running);
  const code = Number(running.process.exitCode ?? 0);
  // The library answers with negative numbers: -4 and -5 for a wrong command line, the others for
  // what shouldn't happen.
  const exit =
    code >= 0 ? code : code === -4 || code === -5 ? exitCodes.usage.code : exitCodes.internal.code;
  const [problem] = reported;
  if (json && problem !== undefined) {
    printJson(context, "error", {
      error: { reason: "usage", ...problem, resource: null, diagnostics: [] },
      exit,
    });
  }
  return exit;
}

/** What is wrong with the command line, and what to do. */
interface Reported {
  readonly message: string;
  readonly help: string;
}

/** The groups with a line about each of their commands. */
async function groupsWithBriefs(): Promise<Readonly<Record<string, Briefs>>> {
  const all = Object.entries<CommandTree>(groups);
  return Object.fromEntries(
    await Promise.all(all.map(async ([title, group]) => [title, await briefsOf(group)] as const)),
  );
}

async function applicationFor(
  words: readonly string[],
  context: CliContext,
  reported: Reported[] = [],
): Promise<Application<CliContext>> {
  const brief = "Scheduled, monitored machine-learning pipelines, on AWS and on this machine";
  return buildApplication<CliContext>(
    await routesFor(tree, words, { brief, hidden: Object.keys(unlisted) }),
    {
      name: "esteira",
      scanner: { caseStyle: "allow-kebab-for-camel" },
      localization: { text: textFor(context, reported) },
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
function textFor(context: CliContext, reported: Reported[]): ApplicationText {
  const say = (message: string, help: string): string => {
    reported.push({ message, help });
    const { style, wrapAt } = context.errors;
    return renderFailure({ message, help }, { style, width: wrapAt() }).join("\n");
  };
  const unexpected = (exception: unknown): string => {
    throw exception instanceof Error ? exception : new Error(String(exception));
  };
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      input.startsWith("-")
        ? say(`there is no flag ${input} before a command`, "esteira --help lists the commands.")
        : say(
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
