import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, environmentAround, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "a registry that wants a login", (part) => {
  const server = useMoto(part);

  test("its secret doesn't exist; with it, instances pull by it", async () => {
    const { context } = await bootstrapped(server());
    const repository = {
      kind: "oci",
      reference: "registry.example.com/ml",
      secret: "ml/registry",
    } as const;
    const environment = environmentAround({
      ...context,
      environment: { ...context.environment, repository },
    });
    const release = environment.release(recsys());
    const missing =
      'make it with `aws secretsmanager create-secret --name ml/registry --secret-string \'{"username": "…", "password": "…"}\'`';
    const { plan } = await deploy(await environment.open(), [release]);
    expect(plan.projects[0]?.warnings).toEqual([
      `the secret ml/registry, which \`registry_secret\` of dev names, doesn't exist; ${missing}`,
    ]);
    const verify = async () =>
      unwrap(await (await environment.open()).verification.verify([release], { taskRoles: [] }))
        .filter(({ subject }) => subject === "secrets")
        .map(({ outcome, message, help }) => ({ outcome, message, help }));
    expect(await verify()).toEqual([
      {
        outcome: "failed",
        message: "registry_secret: there is no ml/registry",
        help: missing,
      },
    ]);

    const { ARN } = await context.clients.secrets.send(
      new CreateSecretCommand({ Name: "ml/registry", SecretString: "{}" }),
    );
    const { summary } = await deploy(await environment.open(), [release]);
    expect(summary.projects[0]?.outcome).toBe("changed");
    const { taskDefinition } = await context.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "recsys" }),
    );
    expect(taskDefinition?.containerDefinitions?.[0]?.repositoryCredentials).toEqual({
      credentialsParameter: ARN,
    });
    expect(await verify()).toEqual([
      { outcome: "passed", message: "registry_secret: ml/registry exists", help: undefined },
    ]);
  });
});
