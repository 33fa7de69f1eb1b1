import { existsSync } from "node:fs";
import { join } from "node:path";

/** What is run, and with which variables besides, so that a conda environment is active. */
export interface Activated {
  /** Shell command line. */
  readonly command: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Packages of conda have scripts that say where their data is, such as `PROJ_DATA`:
 * https://docs.conda.io/projects/conda-build/en/stable/resources/activate-scripts.html
 */
const scripts =
  'for script in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do [ ! -r "$script" ] || . "$script"; done; ';

/** @param environment any environment; one that isn't conda's needs nothing */
export function activated(environment: string, command: string): Activated {
  if (!existsSync(join(environment, "conda-meta"))) return { command, variables: {} };
  return { command: `${scripts}${command}`, variables: { CONDA_PREFIX: environment } };
}
