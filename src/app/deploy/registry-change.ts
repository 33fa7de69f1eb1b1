import { ok, type Result } from "../../core/result.ts";
import { factsOf } from "../../model-registry/compare.ts";
import { judgeChecks } from "../../model-registry/gate.ts";
import type { Promotion, Undo } from "../../model-registry/promotion.ts";
import { isExclusive, placeText, type RunFacts } from "../../model-registry/registry.ts";
import type { PlatformError } from "../../platform/port.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { suggestion } from "../names.ts";
import { openPlatform } from "../workspace.ts";
import type { ModelSession } from "./model-session.ts";

/** A change of a model registry that the environment's audit trail keeps. */
export interface RegistryChange {
  readonly change: () => Promise<Result<void, PlatformError>>;
  /** What the audit trail says was done: `recsys 3 to Production, in place of 2`. */
  readonly subject: string;
  /** How it is afterwards, for where only the audit trail fails: a sentence without its end. */
  readonly state: string;
  /** Who does it; absent: as the platform knows them. */
  readonly actor?: string;
}

/** Changes the registry and writes that down. */
export async function changeRegistry(
  host: Host,
  { opened, project, environment }: ModelSession,
  { change, subject, state, actor }: RegistryChange,
): Promise<Result<void, Failure>> {
  // Opened before anything is changed: where nobody is let in to the audit trail, nothing is done.
  const platform = await openPlatform(host, opened, {});
  if (!platform.ok) return platform;
  try {
    const changed = await change();
    if (!changed.ok) return failed(fromPlatform(changed.error));
    const audited = await platform.value.recordAct({
      actor: actor ?? platform.value.actor ?? host.actor,
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

/**
 * Whether checks let a version be put where others take it from; fails with why where they don't.
 * Gives what was logged of its run, where that was read.
 */
export async function promotionRefusal(
  { registry }: Pick<ModelSession, "registry">,
  { version, to }: Promotion,
): Promise<Result<RunFacts | undefined, Failure>> {
  if (!isExclusive(to)) return ok(undefined);
  const facts = await factsOf(registry, version);
  if (!facts.ok) return failed(fromPlatform(facts.error));
  const blocked = judgeChecks(version, facts.value);
  return blocked === undefined ? ok(facts.value) : failed(fromPlatform(blocked));
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

/** `recsys 3 to Production, in place of 2` */
export function promotionSubject({ version, to, replaces }: Promotion): string {
  const replaced =
    replaces.length === 0
      ? ""
      : `, in place of ${replaces.map((one) => one.version).join(" and ")}`;
  return `${version.model} ${version.version} to ${placeText(to)}${replaced}`;
}
