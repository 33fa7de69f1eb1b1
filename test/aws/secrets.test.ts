import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, ListTagsForResourceCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";

import { parseSecret } from "../../src/config/normalize.ts";
import { fromUpperTags } from "../../src/aws/sdk/ownership.ts";
import type { SecretAddress } from "../../src/platform/roles/secrets.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const address = (owner: string, variable: string, text: string): SecretAddress => ({
  owner,
  variable,
  reference: parseSecret(text)!,
});
const token = address("recsys", "TOKEN", "ssm:api/token");
const slack = address("_shared", "SLACK", "shared:slack_token");
const maps = address("recsys", "MAPS", "secretsmanager:maps:key");

describeWith(moto(), "secrets on AWS", (part) => {
  const server = useMoto(part);

  test("are encrypted parameters with the environment's tags: set, replaced, listed and removed", async () => {
    const environment = await bootstrapped(server());
    const { secrets } = await environment.open();
    const { ssm } = environment.context.clients;
    expect(secrets.placeOf(token)).toEqual({
      where: "/esteira/dev/recsys/api/token",
      name: "api/token",
    });
    expect(unwrap(await secrets.set(token, "one"))).toBe("created");
    expect(unwrap(await secrets.set(token, "two\nlines"))).toBe("replaced");
    expect(unwrap(await secrets.set(slack, "xoxb"))).toBe("created");

    const read = async (Name: string) => {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return [Parameter?.Type, Parameter?.Value];
    };
    expect(await read("/esteira/dev/recsys/api/token")).toEqual(["SecureString", "two\nlines"]);
    expect(await read("/esteira/dev/_shared/slack_token")).toEqual(["SecureString", "xoxb"]);
    const tagsOf = async (ResourceId: string) => {
      const about = { ResourceType: "Parameter", ResourceId } as const;
      const { TagList = [] } = await ssm.send(new ListTagsForResourceCommand(about));
      return fromUpperTags(TagList);
    };
    const tags = {
      "esteira:managed-by": "esteira",
      "esteira:workspace": "acme",
      "esteira:environment": "dev",
    };
    expect(await tagsOf("/esteira/dev/recsys/api/token")).toEqual({
      ...tags,
      "esteira:project": "recsys",
    });
    expect(await tagsOf("/esteira/dev/_shared/slack_token")).toEqual(tags);

    await environment.context.clients.secrets.send(
      new CreateSecretCommand({ Name: "/esteira/dev/recsys/maps", SecretString: "{}" }),
    );
    const stored = unwrap(await secrets.stored([token, slack, maps]));
    expect(stored.map(({ changedAt: _at, ...rest }) => rest)).toEqual([
      { owner: "_shared", name: "slack_token", where: "/esteira/dev/_shared/slack_token" },
      { owner: "recsys", name: "api/token", where: "/esteira/dev/recsys/api/token" },
      { owner: "recsys", name: "maps", where: "/esteira/dev/recsys/maps" },
    ]);
    expect(stored.every(({ changedAt = 0 }) => Math.abs(Date.now() - changedAt) < 600_000)).toBe(
      true,
    );

    expect(unwrap(await secrets.remove(token))).toBe("removed");
    expect(unwrap(await secrets.remove(token))).toBe("absent");
  });

  test("what Parameter Store can't hold, and what is in Secrets Manager, is refused with what to do", async () => {
    const environment = await bootstrapped(server());
    const { secrets } = await environment.open();
    const large = await secrets.set(token, "é".repeat(3000));
    expect(large).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message: "the value has 6,000 bytes, and a parameter holds 4,096",
        help: "Keep it in Secrets Manager: write `secretsmanager:api/token` in config.yaml.",
        resource: "/esteira/dev/recsys/api/token",
      },
    });
    const message = "MAPS is in Secrets Manager, whose values Esteira doesn't change";
    const resource = "/esteira/dev/recsys/maps";
    expect(await secrets.set(maps, "x")).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message,
        help: `Type \`aws secretsmanager put-secret-value --secret-id ${resource} --secret-string file://FILE\`.`,
        resource,
      },
    });
    expect(await secrets.remove(maps)).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message,
        help: `Type \`aws secretsmanager delete-secret --secret-id ${resource}\`.`,
        resource,
      },
    });
  });

  test("a shared one is in the task definition of a project that names it, below the path that its role reads", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const project = recsys();
    const named = { TOKEN: token.reference, SLACK: slack.reference };
    const release = { ...project, runtime: { ...project.runtime, secrets: named } };
    await deploy(platform, [environment.release(release)]);
    const { taskDefinition } = await environment.context.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "recsys" }),
    );
    const arn = "arn:aws:ssm:us-east-1:123456789012:parameter/esteira/dev";
    expect(taskDefinition?.containerDefinitions?.[0]?.secrets).toEqual([
      { name: "SLACK", valueFrom: `${arn}/_shared/slack_token` },
      { name: "TOKEN", valueFrom: `${arn}/recsys/api/token` },
    ]);
  });

  test("what opens a private index is asked for by verify, apart from the secrets of steps", async () => {
    const environment = await bootstrapped(server());
    const { secrets, verification } = await environment.open();
    const plain = recsys();
    const index = { url: "https://ana@pypi.example.com/simple/", secret: "PYPI" };
    const release = environment.release({ ...plain, runtime: { ...plain.runtime, index } });
    const checks = async () =>
      unwrap(await verification.verify([release], { taskRoles: [] })).filter(
        ({ subject }) => subject === "secrets",
      );
    const of = { project: "recsys", subject: "secrets" };
    expect(await checks()).toEqual([
      {
        ...of,
        outcome: "failed",
        message: "PYPI: there is no /esteira/dev/_index/PYPI",
        help: "make it with `esteira secrets set PYPI --project recsys -e dev`",
      },
    ]);
    const reference = { source: "ssm", name: "PYPI" } as const;
    unwrap(await secrets.set({ owner: "_index", variable: "PYPI", reference }, "s3cret"));
    expect(await checks()).toEqual([
      { ...of, outcome: "passed", message: "PYPI: /esteira/dev/_index/PYPI exists" },
    ]);
  });
});
