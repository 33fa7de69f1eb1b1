import { policyScope } from "../../src/aws/iam/scope.ts";
import { awsEnvironment } from "../../test/aws/rig/context.ts";
import { allPolicies } from "./all-policies.ts";

// Prints every policy that Esteira attaches or prints, one JSON object a line, for the tools that
// judge policies: `npm run -s policies | jq …`.
// The environment uses what adds rights.
const environment = awsEnvironment({ keepArtifactsDays: 90 });
const scope = policyScope({
  workspace: "acme",
  partition: "aws",
  environment,
  usesCache: true,
  dataBuckets: ["acme-in"],
});
for (const named of allPolicies(scope)) console.log(JSON.stringify(named));
