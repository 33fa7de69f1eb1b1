import type { Host } from "../host.ts";
import { openPlatform } from "../workspace.ts";
import type { ModelSession } from "./model-session.ts";

/** What runs of a project have in `ESTEIRA_MODEL_URI` now. */
export type DeployedModel =
  /** Empty where it was deployed without a version. */
  | { readonly kind: "deployed"; readonly uri: string }
  | { readonly kind: "not-deployed" }
  /** The platform gives no answer: a person who asks about a model may have no rights there. */
  | { readonly kind: "unknown" };

/** Looks at what is deployed of a model's project. */
export async function deployedModel(
  host: Host,
  { opened, project }: ModelSession,
): Promise<DeployedModel> {
  const platform = await openPlatform(host, opened, {});
  if (!platform.ok) return { kind: "unknown" };
  try {
    const deployed = await platform.value.deployed(project.name);
    if (!deployed.ok) return { kind: "unknown" };
    if (deployed.value === undefined) return { kind: "not-deployed" };
    return { kind: "deployed", uri: deployed.value.decided["model_uri"] ?? "" };
  } finally {
    await platform.value.close();
  }
}
