import { ok } from "../../core/result.ts";
import { dependencyFileOf } from "../../release/release.ts";
import { localIndexes } from "../secrets/open-index.ts";
import { installSupervisor } from "../supervisor/install.ts";
import { readDependencies } from "./dependencies.ts";
import { findInterpreter } from "./interpreter.ts";
import { installerForeseen } from "./packages/choose-installer.ts";
import { environmentFolders } from "./packages/request.ts";
import { fetchedPython } from "./packages/uv-python.ts";
import type { Executor } from "./port.ts";
import type { ProcessContext } from "./process-options.ts";
import { virtualEnvironment } from "./virtual-environment.ts";

/** Makes what a release's steps run in: an interpreter, an environment, and the supervisor. */
export function preparing({
  dataDirectory,
  processEnvironment,
  wishes,
}: ProcessContext): Executor["prepare"] {
  const folders = environmentFolders(dataDirectory);
  return async (release, snapshot, listener, signal, besides = {}) => {
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
  };
}

/** Says by what packages will be installed, before they are. */
export function foreseeing({
  dataDirectory,
  processEnvironment,
  wishes,
}: ProcessContext): NonNullable<Executor["foresee"]> {
  const folders = environmentFolders(dataDirectory);
  return async ({ image }, sources) => {
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
  };
}
