import type { ProcessEnvironment } from "./docker-cli.ts";

export interface DockerExecutorOptions {
  /** Folder for the helper that steps run in: `.esteira` of the workspace. */
  readonly dataDirectory: string;
  readonly workspace: string;
  /** For builds and steps; undefined: the engine's default. */
  readonly network: string | undefined;
  /** Of Esteira's own process: where the client finds its engine and its settings. */
  readonly processEnvironment: ProcessEnvironment;
}
