import type { AwsEnvironment } from "../../config/model.ts";
import { environmentName } from "../../core/ids.ts";
import type { AwsContext, Clients } from "../sdk/context.ts";
import type { Timing } from "../../core/clock.ts";

/**
 * What the notifier knows of the environment that it serves: bootstrap writes it into the
 * function's variables.
 */
export interface NotifierSettings {
  readonly workspace: string;
  readonly partition: string;
  readonly environment: Pick<
    AwsEnvironment,
    "accountId" | "region" | "suffix" | "artifactsUri" | "mail" | "language" | "zone"
  > & { readonly name: string };
}

/**
 * How long one call may take. The end of a run takes some seconds; the hourly look asks Step
 * Functions for each project's runs, of which it describes five a second: some minutes for many
 * hundred projects whose last night went wrong.
 */
export const notifierTimeoutSeconds = 600;

/** The one variable that they are in, as JSON. */
export const settingsVariable = "ESTEIRA_NOTIFIER";

export function settingsOf({ workspace, partition, environment }: AwsContext): NotifierSettings {
  const { name, accountId, region, suffix, artifactsUri, mail, language, zone } = environment;
  return {
    workspace,
    partition,
    environment: {
      name,
      accountId,
      region,
      suffix,
      artifactsUri,
      mail,
      ...(language === undefined ? {} : { language }),
      ...(zone === undefined ? {} : { zone }),
    },
  };
}

/** The settings as a variable holds them; what is undefined is left out. */
export function settingsText(settings: NotifierSettings): string {
  return JSON.stringify(settings);
}

/** The environment as the rest of `aws/` takes it; what only deploys look at says nothing. */
export function contextFrom(
  { workspace, partition, environment }: NotifierSettings,
  clients: Clients,
  timing: Timing,
): AwsContext {
  return {
    clients,
    workspace,
    partition,
    timing,
    actor: "notifier",
    environment: {
      platform: "aws",
      ...environment,
      name: environmentName(environment.name),
      schedules: "as_configured",
      mlflow: undefined,
      vpcId: "",
      subnetIds: [],
      repository: { kind: "ecr", name: "" },
      roles: {},
      permissionsBoundary: undefined,
      logRetentionDays: 90,
      endpointUrl: undefined,
      promoteFrom: undefined,
    },
  };
}
