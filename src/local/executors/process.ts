import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { err, ok } from "../../core/result.ts";
import { notKeptText } from "../../runs/undeclared.ts";
import { quotedForShell } from "../../core/shell-command.ts";
import { helperWords } from "../../core/step-helper.ts";
import { localIndexes } from "../secrets/open-index.ts";
import { installSupervisor } from "../supervisor/install.ts";
import { dependencyFileOf } from "../../release/release.ts";
import { attemptFiles, isToBeHeld, readIdentity, reopen } from "./attempt-files.ts";
import { clearAway } from "./clear-away.ts";
import { filesLeft } from "./files-left.ts";
import { installHelper } from "./install-helper.ts";
import { appendSystemLine } from "./output-log.ts";
import { readDependencies } from "./dependencies.ts";
import { findInterpreter } from "./interpreter.ts";
import { activated } from "./packages/activation.ts";
import { installerForeseen, type InstallerWishes } from "./packages/choose-installer.ts";
import { environmentFolders } from "./packages/request.ts";
import { fetchedPython } from "./packages/uv-python.ts";
import type {
  AttemptSpec,
  Executor,
  PreparedRuntime,
  RunningAttempt,
  TerminalProgram,
} from "./port.ts";
import { adoptSupervised, failedStart, findSupervised, startSupervised } from "./supervised.ts";
import { killSurvivors } from "./survivors.ts";
import { virtualEnvironment } from "./virtual-environment.ts";
import { copyWritable } from "./working-copy.ts";
import { interactiveShell } from "./interactive-shell.ts";
import { environmentOf } from "./process-environment.ts";

export interface ProcessExecutorOptions {
  /** Folder for virtual environments and the supervisor: `.esteira` of the workspace. */
  readonly dataDirectory: string;
  /** Of Esteira's own process. Steps get a few variables of it, pip all. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** Between the end of the time limit and the kill; 30 as with a container's `timeout -k 30`. */
  readonly graceSeconds?: number;
  /** What installs requirements. Default: uv, and pip where it can't be had. */
  readonly wishes?: InstallerWishes;
}

const gib = 1024 ** 3;

/**
 * Runs steps as processes of this machine, each in a virtual environment and under a supervisor.
 */
export function createProcessExecutor(options: ProcessExecutorOptions): Executor {
  const { dataDirectory, processEnvironment, graceSeconds = 30 } = options;
  const { wishes = { installer: "auto", hardLinks: false } } = options;
  const folders = environmentFolders(dataDirectory);

  const shellIn = async (
    folder: string,
    { python, virtualEnvironment }: ReturnType<typeof decisionOf>,
    spec: AttemptSpec,
    more: readonly string[],
  ): Promise<TerminalProgram> => {
    const artifacts = join(spec.directory, attemptFiles.artifacts);
    const words =
      spec.reportAs === undefined
        ? []
        : [
            ...helperWords(python, await installHelper(dataDirectory)),
            "--supervised",
            ...more,
            `--artifacts=${artifacts}`,
          ];
    const active = activated(virtualEnvironment, interactiveShell);
    const [program, ...rest] = [...words, "sh", "-c", active.command];
    const terminal = Object.fromEntries(
      ["TERM", "COLORTERM"].map((name) => [name, processEnvironment[name]]),
    );
    const environment = {
      ...active.variables,
      ...environmentOf(spec, virtualEnvironment, processEnvironment),
    };
    return { command: [program, ...rest], folder, environment: { ...terminal, ...environment } };
  };

  return {
    name: "process",

    async prepare(release, snapshot, listener, signal, besides = {}) {
      const { pythonVersion, sourceHash } = release.image;
      const requirementsFile = dependencyFileOf(release.image);
      const notes: string[] = [];
      const note = (text: string): void => {
        notes.push(text);
        listener(text);
      };
      const found = await findInterpreter(pythonVersion, processEnvironment);
      const interpreter =
        found.ok || pythonVersion === undefined
          ? found
          : await fetchedPython({
              missing: found,
              version: pythonVersion,
              wanted: wishes.installer,
              tools: folders.tools,
              processEnvironment,
              listener,
              note,
              signal,
            });
      if (!interpreter.ok) return interpreter;
      const environment = await virtualEnvironment({
        dataDirectory,
        wishes,
        interpreter: interpreter.value,
        project: release.project,
        snapshot,
        requirementsFile,
        added: besides.added,
        packages: besides.packages ?? [],
        index: release.image.index,
        openIndex: localIndexes(dataDirectory, processEnvironment),
        sourceHash,
        processEnvironment,
        listener,
        note,
        signal,
      });
      if (!environment.ok) return environment;
      await installSupervisor(dataDirectory, interpreter.value);
      const { python, version } = interpreter.value;
      const { path, layer, installer } = environment.value;
      return ok({
        executor: "process",
        notes,
        decided: {
          python,
          python_version: version,
          virtual_environment: path,
          ...(layer === undefined ? {} : { layer }),
          ...(installer === undefined ? {} : { installer }),
        },
      });
    },

    async foresee({ image }, sources) {
      const { installer } = wishes;
      const { pythonVersion } = image;
      const requirementsFile = dependencyFileOf(image);
      if (requirementsFile === undefined) return {};
      const requirements = await readDependencies(sources, requirementsFile);
      const interpreter = await findInterpreter(pythonVersion, processEnvironment);
      if (requirements === undefined || requirements.empty || !interpreter.ok) return {};
      const note = await installerForeseen(
        wishes,
        requirements,
        requirementsFile,
        folders.tools,
        interpreter.value,
        processEnvironment,
      );
      return { note, ...(installer === "auto" || requirements.conda ? {} : { installer }) };
    },

    async start(spec, runtime) {
      const earlier = findSupervised(spec.directory);
      if (earlier !== undefined) return tidiedUp(spec.directory, earlier, spec.snapshot);
      if (readIdentity(spec.directory) === "abandoned") {
        // A supervisor that is late may not find the door open again: it would start the step too.
        await killSurvivors(spec.directory);
        reopen(spec.directory);
      }
      const decided = decisionOf(runtime);
      const { layer = decided.virtualEnvironment } = runtime.decided;
      if (!existsSync(join(decided.virtualEnvironment, "bin", "python")) || !existsSync(layer)) {
        return failedStart(
          `the virtual environment ${decided.virtualEnvironment} or its interpreter ${decided.python} is gone; deploy again`,
        );
      }
      const workDirectory = join(spec.directory, attemptFiles.work);
      const script = await installSupervisor(dataDirectory, decided);
      const active = activated(decided.virtualEnvironment, spec.command);
      const command = await commandOf(spec, active.command, decided.python, dataDirectory);
      const started = await startSupervised({
        directory: spec.directory,
        workDirectory,
        ready: copyWritable(spec.snapshot, workDirectory),
        command,
        environment: {
          ...active.variables,
          ...environmentOf(spec, decided.virtualEnvironment, processEnvironment),
        },
        secrets: spec.secrets,
        timeoutSeconds: spec.timeoutSeconds,
        graceSeconds,
        memoryBytes: spec.resources.memoryGb * gib,
        python: decided.python,
        script,
      });
      return tidiedUp(spec.directory, started, spec.snapshot);
    },

    async shell(spec, runtime) {
      const decided = decisionOf(runtime);
      const folder = join(spec.directory, attemptFiles.work);
      await copyWritable(spec.snapshot, folder);
      return shellIn(folder, decided, spec, []);
    },

    async enter(spec, runtime) {
      const decided = decisionOf(runtime);
      const folder = join(spec.directory, attemptFiles.work);
      if (!existsSync(folder)) {
        return err({
          reason: "failed",
          message: `the folder in which ${spec.step} failed is gone: ${folder}`,
          help: `\`esteira dev ${spec.project} ${spec.step} --from ${spec.run}\` runs the step again, on what that run left.`,
          resource: `run ${spec.run}`,
        });
      }
      return ok(await shellIn(folder, decided, spec, ["--as-left"]));
    },

    async giveUp(directory) {
      if (!isToBeHeld(directory)) return true;
      await killSurvivors(directory);
      await clearAway(join(directory, attemptFiles.work));
      await clearAway(join(directory, attemptFiles.artifacts));
      rmSync(join(directory, attemptFiles.hold), { force: true });
      return true;
    },

    async adopt(directory) {
      const running = adoptSupervised(directory);
      return running && tidiedUp(directory, running);
    },
  };
}

/**
 * A step that runs in the helper has an empty folder for its artifacts, also when it starts anew.
 */
async function commandOf(
  spec: AttemptSpec,
  line: string,
  python: string,
  dataDirectory: string,
): Promise<string> {
  if (spec.reportAs === undefined) return line;
  const artifacts = join(spec.directory, attemptFiles.artifacts);
  await clearAway(artifacts);
  const words = [
    ...helperWords(python, await installHelper(dataDirectory)),
    "--supervised",
    `--artifacts=${artifacts}`,
    `--attempt=${spec.reportAs}`,
    "sh",
    "-c",
    line,
  ];
  return `exec ${words.map(quotedForShell).join(" ")}`;
}

function decisionOf(runtime: PreparedRuntime) {
  const { python, python_version: version, virtual_environment } = runtime.decided;
  if (python === undefined || version === undefined || virtual_environment === undefined) {
    throw new Error(`not a runtime of the process executor: ${JSON.stringify(runtime)}`);
  }
  return { python, version, virtualEnvironment: virtual_environment };
}

/**
 * The working copy of an attempt that succeeded goes; that of a failed one stays, to be looked
 * into.
 */
function tidiedUp(directory: string, running: RunningAttempt, snapshot?: string): RunningAttempt {
  const finished = running.finished.then(async (result) => {
    if (result.kind === "exited" && result.exitCode === 0) {
      // Where the helper was, it has looked itself.
      const inHelper = existsSync(join(directory, attemptFiles.artifacts));
      const undeclared = inHelper ? undefined : await filesLeft(directory, snapshot);
      if (undeclared !== undefined) {
        appendSystemLine(directory, result.endedAt, notKeptText(undeclared));
      }
      await clearAway(join(directory, attemptFiles.work));
      await clearAway(join(directory, attemptFiles.artifacts));
      return { ...result, undeclared };
    }
    return result;
  });
  return { ...running, finished };
}
