import { ok, type Result } from "../../core/result.ts";
import { refused, type Failure } from "../failure.ts";

/** Installed beside the project's requirements for as long as somebody debugs. */
export const debuggerPackage = "debugpy==1.8.22";

/**
 * An editor that attaches in the moment before the step's Python has reached debugpy's adapter can
 * miss that it came (two threads of the adapter wait for one event, and each resets it), and looks
 * again only after this time: a minute where nothing is said. Seconds; the user's own value stays.
 */
const looksAgain = "DEBUGPY_PROCESS_SPAWN_TIMEOUT=${DEBUGPY_PROCESS_SPAWN_TIMEOUT:-10}";

const python = /^(\s*)(python(?:3(?:\.\d+)?)?)(?=\s)/;

/**
 * Options of Python itself, which stay in front of the debugger. Not `-S`, with which nothing that
 * is installed is found. No character of a value can be read in two ways: it would be tried in all.
 */
const option =
  /^\s+(?:-[bBdEIiOPqRsuv]+|-[XW]\s*(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+|--check-hash-based-pycs\s+\w+)(?=\s)/;
/** A module or code, which may be in one word with options and with what it names. */
const target = /^\s+-([bBdEIiOPqRsuv]*)([mc])\s*(\S[^]*)$/;

/**
 * A step's command that waits for a debugger before its first line: Python is started with debugpy
 * in between.
 */
export function debugCommand(step: string, command: string, port: number): Result<string, Failure> {
  const [start, indent = "", program = ""] = python.exec(command) ?? [];
  if (start === undefined) return noPlace(`the command of ${step} doesn't begin with python`);
  let rest = command.slice(start.length);
  let options = "";
  for (let found = option.exec(rest); found !== null; found = option.exec(rest)) {
    options += found[0];
    rest = rest.slice(found[0].length);
  }
  const [named, more = "", letter = "", what = ""] = target.exec(rest) ?? [];
  if (more !== "") options += ` -${more}`;
  const debugged = named === undefined ? rest.trimStart() : `-${letter} ${what}`;
  if (debugged === "" || (named === undefined && debugged.startsWith("-"))) {
    return noPlace(`the command of ${step} gives python no file, module or code`);
  }
  const asked = `-X frozen_modules=off -m debugpy --listen 127.0.0.1:${port} --wait-for-client`;
  return ok(`${indent}${looksAgain} ${program}${options} ${asked} ${debugged}`);
}

function noPlace(why: string): Result<string, Failure> {
  return refused(
    `${why}, so that no debugger can be put before it`,
    "Call debugpy in the code: import debugpy; debugpy.listen(5678); debugpy.wait_for_client().",
  );
}

/**
 * What editors need to attach to it: a configuration for VS Code's launch.json.
 *
 * @param source the project's folder, relative to the workspace
 * @param folder the copy that it runs in
 */
export function launchConfiguration(
  name: string,
  port: number,
  source: string,
  folder: string,
): string {
  const configuration = {
    name,
    type: "debugpy",
    request: "attach",
    connect: { host: "127.0.0.1", port },
    pathMappings: [{ localRoot: `\${workspaceFolder}/${source}`, remoteRoot: folder }],
  };
  return JSON.stringify(configuration, undefined, 2);
}
