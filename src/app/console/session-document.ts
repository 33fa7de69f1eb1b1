import type { Environment } from "../../config/model.ts";
import { rolesOfKind } from "../../platform/roles/roles.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { version } from "../version.ts";
import type { ConsoleContext, Person } from "./context.ts";

/** Who looks, at what, and what they may do. */
export function sessionDocument(
  { host, environments, zone }: ConsoleContext,
  { name }: Person,
  may: { readonly changes: boolean; readonly because: string; readonly csrf: string },
): ConsoleDocumentOf<"session"> {
  const { workspace, first, list } = environments;
  return {
    workspace: workspace.name,
    version: version(),
    actor: name === undefined ? host.actor : `${host.actor} (${name})`,
    person: name,
    changes: may.changes,
    readOnlyBecause: may.changes ? undefined : may.because,
    language: languageOf(list),
    zone,
    csrf: may.csrf,
    defaultEnvironment: first,
    environments: list.map((one) => ({
      name: one.name,
      platform: one.platform,
      region: one.platform === "aws" ? one.region : undefined,
      account: one.platform === "aws" ? one.accountId : undefined,
      rollbacks: rolesOfKind[one.platform].includes("rollbacks"),
      models: one.mlflow !== undefined,
    })),
  };
}

function languageOf(list: readonly Environment[]): "en" | "pt-BR" {
  return list.some(({ language }) => language === "pt-BR") ? "pt-BR" : "en";
}
