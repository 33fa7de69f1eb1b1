import type { PlatformError } from "../../../platform/port.ts";
import { indented, lastError, type ToolFailure } from "../tool.ts";
import type { Installer } from "./installer.ts";
import type { EnvironmentRequest } from "./request.ts";

type Request = Pick<EnvironmentRequest, "interpreter" | "project">;

export function notCreated(request: Request, target: string, failure: ToolFailure): PlatformError {
  if (failure.reason === "interrupted") return interrupted(request);
  const { python, version } = request.interpreter;
  const minor = version.split(".").slice(0, 2).join(".");
  return {
    reason: "failed",
    message: `Python ${version} (${python}) could not create a virtual environment for ${request.project}: ${lastError(failure.lines)}`,
    help: failure.lines.some((line) => /ensurepip|python3[\d.]*-venv/.test(line))
      ? `install its venv module (on Debian and Ubuntu: apt install python${minor}-venv) and deploy again`
      : `its last words:\n${indented(failure.lines)}`,
    resource: target,
  };
}

export function notInstalled(
  request: Request,
  requirementsFile: string,
  installer: Installer,
  failure: ToolFailure,
): PlatformError {
  if (failure.reason === "interrupted") return interrupted(request);
  const { name } = installer;
  return {
    reason: "failed",
    message: `${name} could not install ${requirementsFile} of ${request.project}: ${installer.problem(failure.lines)}`,
    help: `correct ${requirementsFile} (or the network, if ${name} could not reach its index) and deploy again; ${name}'s last words:\n${indented(installer.words(failure.lines))}`,
    resource: requirementsFile,
  };
}

export function interrupted({ project }: Request): PlatformError {
  return {
    reason: "interrupted",
    message: `building the virtual environment of ${project} was interrupted`,
    help: "deploy again; what was half built will not be used",
  };
}
