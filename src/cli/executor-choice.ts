import { existsSync } from "node:fs";
import { join } from "node:path";

import type { LocalEnvironment } from "../config/model.ts";
import { ok } from "../core/result.ts";
import type { ChooseExecutor } from "../local/deploy/choose.ts";
import { dockerAvailable, type ProcessEnvironment } from "../local/executors/docker-cli.ts";

/** How long `auto` waits for a Docker engine to say that it is there. */
const patienceMs = 2000;

/**
 * What runs the steps of a release on this machine. `auto` takes containers, which are nearest to AWS, where an engine answers and the
 * project has a Dockerfile, and processes everywhere else. The engine is asked once.
 */
export function executorFor(
  wanted: LocalEnvironment["executor"],
  root: string,
  environment: ProcessEnvironment,
): ChooseExecutor {
  let engine: ReturnType<typeof dockerAvailable> | undefined;
  return async (release) => {
    if (wanted !== "auto") return ok({ executor: wanted, why: `esteira.yaml says ${wanted}` });
    if (!existsSync(join(root, release.image.context, release.image.dockerfile))) {
      return ok({ executor: "process", why: "the project has no Dockerfile" });
    }
    const answer = await (engine ??= dockerAvailable(environment, patienceMs));
    return answer.ok
      ? ok({ executor: "docker", why: `Docker ${answer.value.version} answers` })
      : ok({ executor: "process", why: "no Docker engine answers" });
  };
}
