import { delimiter, join } from "node:path";

import type { AttemptSpec } from "./port.ts";
import { attemptMark } from "./survivors.ts";

/**
 * What a process needs to find its way about this machine. Nothing else of the user's shell reaches
 * a step.
 */
const passedOn = [
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "all_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "REQUESTS_CA_BUNDLE",
] as const;

/** All variables of a step that runs as a process, the way to its Python first. */
export function environmentOf(
  spec: AttemptSpec,
  virtualEnvironment: string,
  processEnvironment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = { LANG: "C.UTF-8" };
  for (const name of passedOn) {
    const value = processEnvironment[name];
    if (value !== undefined) environment[name] = value;
  }
  Object.assign(
    environment,
    { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
    spec.environment,
  );
  const path = spec.environment["PATH"] ?? processEnvironment["PATH"] ?? "/usr/bin:/bin";
  environment["PATH"] = `${join(virtualEnvironment, "bin")}${delimiter}${path}`;
  environment["VIRTUAL_ENV"] = virtualEnvironment;
  environment[attemptMark] = spec.directory;
  return environment;
}
