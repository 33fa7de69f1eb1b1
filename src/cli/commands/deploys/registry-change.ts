import type { ModelSession } from "../../../app/deploy/model-session.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
import { suggestion } from "../../../app/names.ts";
import { openPlatform } from "../../../app/workspace.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { Undo } from "../../../model-registry/promotion.ts";
import { placeText } from "../../../model-registry/registry.ts";
import type { PlatformError } from "../../../platform/port.ts";
import type { Style } from "../../render/style.ts";
import type { CliContext } from "../../terminal/context.ts";

/** A change of a model registry that the environment's audit trail keeps. */
export interface RegistryChange {
  readonly change: () => Promise<Result<void, PlatformError>>;
  /** What the audit trail says was done: `recsys 3 to Production, in place of 2`. */
  readonly subject: string;
  /** How it is afterwards, for where only the audit trail fails: a sentence without its end. */
  readonly state: string;
}

/** Changes the registry and writes that down. */
export async function changeRegistry(
  context: CliContext,
  { opened, project, environment }: ModelSession,
  { change, subject, state }: RegistryChange,
): Promise<Result<void, Failure>> {
  // Opened before anything is changed: where nobody is let in to the audit trail, nothing is done.
  const platform = await openPlatform(context, opened, {});
  if (!platform.ok) return platform;
  try {
    const changed = await change();
    if (!changed.ok) return failed(fromPlatform(changed.error));
    const audited = await platform.value.recordAct({
      actor: platform.value.actor ?? context.actor,
      action: "promote-model",
      project: project.name,
      subject,
    });
    if (audited.ok) return ok(undefined);
    const said = fromPlatform(audited.error);
    const message = `${state}, and the audit trail of ${environment.name} could not be written: ${said.message}`;
    return failed({ ...said, message });
  } finally {
    await platform.value.close();
  }
}

/** The command that restores something. */
export function undoCommand(environment: string, project: string, undo: Undo): string {
  if (undo.kind === "remove-alias") {
    return suggestion(environment, "model remove-alias", project, `@${undo.alias}`);
  }
  return suggestion(
    environment,
    "model promote",
    project,
    "--version",
    undo.version,
    "--to",
    placeText(undo.to),
    ...(undo.beside ? ["--beside"] : []),
  );
}

/** The commands that undo it, in their order. */
export function renderUndo(commands: readonly string[], style: Style): string[] {
  const [first, ...others] = commands;
  if (first === undefined) return [];
  if (others.length === 0) return [style.dim(`  To undo it: ${first}`)];
  return [
    style.dim("  To undo it, in this order:"),
    ...commands.map((command) => style.dim(`    ${command}`)),
  ];
}
