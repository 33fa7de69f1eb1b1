import { expect, test } from "vitest";

import { planBootstrap } from "../../src/aws/bootstrap/bootstrap.ts";
import { readBase } from "../../src/aws/bootstrap/layer.ts";
import { listAudit } from "../../src/aws/bucket/audit-trail.ts";
import { listHolds, putHold } from "../../src/aws/bucket/holds.ts";
import { acquireLease } from "../../src/aws/bucket/lease.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { deployPolicy } from "../../src/aws/iam/deploy-policies.ts";
import type { PolicyDocument } from "../../src/aws/iam/document.ts";
import { planPolicy } from "../../src/aws/iam/plan-policy.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { describeWith } from "../rig/parts.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { bootstrap } from "./rig/bootstrap.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { evaluate } from "./rig/policy.ts";
import { unwrap } from "./rig/unwrap.ts";

/** What the policy doesn't allow of these calls. */
function missing(document: PolicyDocument, calls: readonly Call[]): string[] {
  const account = {
    partition: "aws",
    accountId: "123456789012",
    region: "us-east-1",
    instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
  };
  return calls
    .flatMap((call) => authorizationsOf(call, account))
    .filter((asked) => evaluate([document], asked) !== "allowed")
    .map(({ action, resource }) => `${action} on ${resource}`);
}

describeWith(moto(), "the rights of who only plans or deploys", (part) => {
  const server = useMoto(part);

  test("suffice to look at the base layer and to keep the environment's documents", async () => {
    const context = await contextInNetwork(server().clients());
    await bootstrap(context);
    const { environment, workspace, partition } = context;
    const scope = policyScope({ workspace, partition, environment });
    const calls: Call[] = [];
    const watched = { ...context, clients: record(server().clients(), calls) };
    const store = bucketStore(watched);

    unwrap(await planBootstrap(watched));
    unwrap(await readBase(watched, { check: true }));
    unwrap(await listHolds(store));
    unwrap(await listAudit(store, { limit: 10 }));
    expect(calls.length).toBeGreaterThan(30);
    expect(missing(planPolicy(scope), calls)).toEqual([]);

    calls.length = 0;
    const lease = unwrap(
      await acquireLease(store, {
        actor: "ci",
        purpose: "deploy",
        timing: context.timing,
        waitMs: 0,
      }),
    );
    unwrap(await putHold(store, { schema: 1, project: "p" }));
    unwrap(await lease.release());
    expect(missing(deployPolicy(scope), calls)).toEqual([]);
    expect(missing(planPolicy(scope), calls)).not.toEqual([]);
  });
});
