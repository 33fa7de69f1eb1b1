import { loadWorkspace } from "../../../config/load.ts";
import type { Diagnostic } from "../../../core/diagnostic.ts";
import { err, ok, type Result } from "../../../core/result.ts";
import type { Check } from "../../../platform/check.ts";
import type { Platform, PlatformError } from "../../../platform/port.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { doctorDocument } from "../../../app/doctor/doctor-document.ts";
import { unpinnedWorkflows } from "../../../app/ci/unpinned-workflows.ts";
import { examine } from "../../../app/doctor/examine.ts";
import type { Failure } from "../../../app/failure.ts";
import type { doctorCommand } from "./doctor-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderDoctor } from "../../render/doctor.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { selectOnDisk } from "../../../app/missing-projects.ts";
import { openPlatform, openWorkspace, type OpenedWorkspace } from "../../../app/workspace.ts";

export const doctor: ActionOf<typeof doctorCommand> = async (context, flags, name) => {
  const opened = await openWorkspace(context, flags.env);
  if (!opened.ok) return opened;
  const { root, environment } = opened.value;
  const loaded = await loadWorkspace(root, environment.name, { onlyEnvironment: true });
  const chosen = await selectOnDisk(loaded, name === undefined ? [] : [name]);
  if (!chosen.ok) return chosen;
  const directories = chosen.value.projectDirectories;
  const platform = await openedPlatform(context, opened.value);
  try {
    const examined = await examine(context, opened.value, loaded, directories, platform);
    const workflows = (await unpinnedWorkflows(root)).map(workflowCheck);
    const found = { ...examined, environment: [...examined.environment, ...workflows] };
    const single = directories.length === 1;
    if (flags.json) printJson(context, "doctor", doctorDocument(environment.name, found));
    else {
      context.out.lines(
        renderDoctor(found, { environment: environment.name, single }, surroundingsOf(context)),
      );
    }
    const all = [...found.environment, ...found.projects.flatMap(({ checks }) => checks)];
    return ok(all.some(({ outcome }) => outcome === "failed") ? "failed" : "ok");
  } finally {
    if (platform.ok) await platform.value.close();
  }
};

/**
 * That the platform can't be used is what the doctor is asked about, and no reason to see nothing
 * at all.
 */
async function openedPlatform(
  context: CliContext,
  opened: OpenedWorkspace,
): Promise<Result<Platform, PlatformError>> {
  const platform = await openPlatform(context, opened, {});
  return platform.ok ? platform : err(platformError(platform.error));
}

function platformError({ message, help }: Failure): PlatformError {
  return { reason: "unavailable", message, ...(help === undefined ? {} : { help }) };
}

function workflowCheck({ message, help, location }: Diagnostic): Check {
  const place = `${location?.file}:${location?.range?.line}`;
  return {
    project: undefined,
    subject: "workflows",
    outcome: "warning",
    message: `${place}: ${message}`,
    ...(help === undefined ? {} : { help }),
  };
}
