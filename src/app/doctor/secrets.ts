import { readSecrets, secretsOpenToOthers } from "../../local/engine/secrets.ts";
import { layoutOf } from "../../local/layout.ts";
import type { Check } from "../../platform/check.ts";
import type { Release } from "../../release/release.ts";
import type { Host } from "../host.ts";
import { findWorkspace } from "../workspace.ts";

/**
 * That this machine has the secrets that a release promises to its steps; nothing where it promises
 * none.
 */
export async function missingSecrets(
  host: Host,
  { project, task }: Pick<Release, "project" | "task">,
): Promise<readonly Check[]> {
  const names = Object.keys(task.secrets);
  const root = await findWorkspace(host);
  if (names.length === 0 || !root.ok) return [];
  const layout = layoutOf(root.value);
  const { missing } = readSecrets(layout, project, task.secrets, host.environment);
  const about = { project, subject: "secrets" };
  const open = await secretsOpenToOthers(layout, project, task.secrets);
  const mode = open.map((one): Check => ({ ...about, outcome: "warning", ...one }));
  if (missing === undefined) {
    return [{ ...about, outcome: "passed", message: `${names.join(", ")}: there` }, ...mode];
  }
  const [message = missing, help] = missing.split(": ");
  return [
    { ...about, outcome: "failed", message, ...(help === undefined ? {} : { help }) },
    ...mode,
  ];
}
