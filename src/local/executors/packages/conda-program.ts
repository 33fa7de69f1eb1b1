import { findProgram } from "../../../platform/find-program.ts";
import type { ProcessEnvironment } from "./pip-settings.ts";

/** What makes conda environments, as it is on this machine. */
export interface CondaProgram {
  readonly name: "micromamba" | "pixi";
  /** Absolute. */
  readonly path: string;
}

/** The program on the PATH that makes conda environments. */
export function condaProgram(environment: ProcessEnvironment): CondaProgram | undefined {
  for (const name of ["micromamba", "pixi"] as const) {
    const path = findProgram(name, environment);
    if (path !== undefined) return { name, path };
  }
  return undefined;
}

/** For people: what is missing, and the ways out. */
export function noCondaProgram(file: string): { readonly message: string; readonly help: string } {
  return {
    message: `${file} is a conda environment, and this machine has neither micromamba nor pixi to make it`,
    help: "install micromamba (https://mamba.readthedocs.io/en/latest/installation/micromamba-installation.html) or pixi (https://pixi.sh/latest/installation/) and deploy again; or run the project in Docker, by a Dockerfile that makes the environment (`executor: docker` for the environment in esteira.yaml); or, where all of its packages are on PyPI, write them into requirements.txt: conda's `pandas=2.3` is `pandas==2.3.*` there",
  };
}
