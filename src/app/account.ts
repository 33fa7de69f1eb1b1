import type { AwsEnvironment } from "../config/model.ts";
import { ok, type Result } from "../core/result.ts";
import type { Host } from "./host.ts";
import { refused, type Failure } from "./failure.ts";
import { openWorkspace, type OpenedWorkspace } from "./workspace.ts";

/** A workspace, and one of its environments that is on AWS. */
export interface OpenedAccount extends OpenedWorkspace {
  readonly environment: AwsEnvironment;
}

/** The environment that is meant, for what is done to accounts only. Asks nobody yet. */
export async function openAwsEnvironment(
  host: Host,
  wanted: string | undefined,
  command: string,
): Promise<Result<OpenedAccount, Failure>> {
  const opened = await openWorkspace(host, wanted);
  if (!opened.ok) return opened;
  const { environment, workspace } = opened.value;
  if (environment.platform === "aws") return ok({ ...opened.value, environment });
  const others = [...workspace.environments.values()]
    .filter(({ platform }) => platform === "aws")
    .map(({ name }) => `\`esteira ${command} -e ${name}\``);
  return refused(
    `${environment.name} is on this machine and needs no ${command.split(" ")[0]}`,
    others.length === 0
      ? "esteira.yaml names no environment on AWS."
      : `On AWS: ${others.join(", ")}.`,
  );
}
