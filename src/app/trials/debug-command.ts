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

/**
 * A step's command that waits for a debugger before its first line: Python is started with debugpy
 * in between.
 */
export function debugCommand(step: string, command: string, port: number): Result<string, Failure> {
  // Options of Python itself, such as -u, stay in front of the module.
  const found = /^(\s*)(python(?:3(?:\.\d+)?)?(?:\s+-[uBOqsEI]+)*)\s+(?=\S)([^]*)$/.exec(command);
  const [, indent = "", python, rest] = found ?? [];
  if (python === undefined || rest === undefined) {
    return refused(
      `the command of ${step} doesn't begin with python, so that no debugger can be put before it`,
      "Call debugpy in the code: import debugpy; debugpy.listen(5678); debugpy.wait_for_client().",
    );
  }
  const options = `-X frozen_modules=off -m debugpy --listen 127.0.0.1:${port} --wait-for-client`;
  return ok(`${indent}${looksAgain} ${python} ${options} ${rest}`);
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
