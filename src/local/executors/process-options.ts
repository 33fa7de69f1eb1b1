import type { InstallerWishes } from "./packages/choose-installer.ts";
import type { PreparedRuntime } from "./port.ts";

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

/** The options, with what isn't said. */
export type ProcessContext = Required<ProcessExecutorOptions>;

/** What was decided when the runtime was prepared. */
export function decisionOf(runtime: PreparedRuntime) {
  const { python, python_version: version, virtual_environment } = runtime.decided;
  if (python === undefined || version === undefined || virtual_environment === undefined) {
    throw new Error(`not a runtime of the process executor: ${JSON.stringify(runtime)}`);
  }
  return { python, version, virtualEnvironment: virtual_environment };
}
