import { err, ok } from "../../core/result.ts";
import type { LocalEnvironment } from "../../config/model.ts";
import type { ChooseExecutor } from "../deploy/choose.ts";
import { dockerAvailable, type ProcessEnvironment } from "./docker-cli.ts";
import { findInterpreter } from "./interpreter.ts";

/**
 * Says which executor a release's steps run with. `auto`: processes where this machine has the
 * Python that the project asks for, else containers where an engine answers within two seconds,
 * else processes with a Python that uv fetches (docs/decisions/0003-executors.md has the reasons).
 * A deploy asks once, for all projects, and keeps the answer.
 *
 * @param fetches who would fetch a Python of this version, for people: `uv 0.13.9`; undefined:
 *   nobody can
 */
export function chooseExecutor(
  wanted: LocalEnvironment["executor"],
  processEnvironment: ProcessEnvironment,
  fetches: (version: string) => Promise<string | undefined> = async () => undefined,
): ChooseExecutor {
  const interpreters = new Map<string | undefined, ReturnType<typeof findInterpreter>>();
  let asked: ReturnType<typeof dockerAvailable> | undefined;
  return async (release) => {
    if (wanted !== "auto") return ok({ executor: wanted, why: "esteira.yaml says so" });
    const { pythonVersion } = release.image;
    const search =
      interpreters.get(pythonVersion) ?? findInterpreter(pythonVersion, processEnvironment);
    interpreters.set(pythonVersion, search);
    const interpreter = await search;
    if (interpreter.ok) {
      const { version, python } = interpreter.value;
      return ok({ executor: "process", why: `Python ${version} is on this machine (${python})` });
    }
    const engine = await (asked ??= dockerAvailable(processEnvironment));
    if (engine.ok) {
      const why = `${interpreter.error.message}; Docker ${engine.value.version} answers`;
      return ok({ executor: "docker", why });
    }
    const fetcher = pythonVersion === undefined ? undefined : await fetches(pythonVersion);
    if (fetcher !== undefined) {
      const why = `${interpreter.error.message}; ${fetcher} fetches it`;
      return ok({ executor: "process", why });
    }
    return err({
      reason: "unavailable",
      message: `the steps of ${release.project} can't run on this machine: ${interpreter.error.message}, and ${engine.error.message}`,
      help: `install Python ${pythonVersion ?? "3"}, or start Docker`,
    });
  };
}
