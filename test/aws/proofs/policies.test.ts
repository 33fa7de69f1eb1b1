import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect, test } from "vitest";

import type { AwsContext } from "../../../src/aws/sdk/context.ts";
import { deployPolicy } from "../../../src/aws/iam/deploy-policies.ts";
import type { PolicyDocument, Statement } from "../../../src/aws/iam/document.ts";
import { planPolicy } from "../../../src/aws/iam/plan-policy.ts";
import { policyScope } from "../../../src/aws/iam/scope.ts";
import { projectName } from "../../../src/core/ids.ts";
import { describeWith } from "../../rig/parts.ts";
import { bootstrapped } from "../deploy-fixture.ts";
import { authorizationsOf } from "../rig/authorizations.ts";
import { type Call, record } from "../rig/middleware.ts";
import { type ClientChoice, moto, useMoto } from "../rig/moto.ts";
import { type Authorization, evaluate } from "../rig/policy.ts";
import { makeSecrets } from "./by-hand.ts";
import { cycle } from "./cycle.ts";
import { opened, otherThan } from "./world.ts";

const account = {
  partition: "aws",
  accountId: "123456789012",
  region: "us-east-1",
  instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
};
/**
 * Asked by what builds images, and through the registry's own protocol by what publishes them; the
 * cycle's images are in memory.
 */
const ofImages = ["EcrLogin", "EcrWrite", "IndexesRead"];
/** Asked for with the request that hands the role over, which the emulator doesn't look at. */
const passes = ["PassStepFunctionsRole", "PassSchedulerRole", "PassInstanceRole", "PassTaskRoles"];
/**
 * By action alone, which is all that the emulator looks at, another statement allows the same, or
 * they are about what comes with a request.
 */
const refining = new Set([
  "EcsTagRevisions",
  "Ec2TagWhatIsCreated",
  "Ec2UseTemplates",
  "Ec2LaunchByTemplate",
  "AddToAudit",
]);
/** Needed, and by action alone partly what another statement allows: its lack shows late. */
const overlapping = "EcsRevisions";

describeWith(moto(), "the policies for people and CI", (part) => {
  const server = useMoto(part);

  test("allow each request of a project's life, from its first plan to its end, and no right of theirs is too many", async () => {
    const { context } = await bootstrapped(server());
    const project = projectName("recsys");
    await makeSecrets(context, [project, otherThan(project)]);
    const calls: Call[] = [];
    const clients = record(server().clients(), calls);
    const cycled = opened({ admin: context, clients, project });
    const documents = documentsOf(context);
    const asked: Authorization[] = [];
    for (const { name, rights, act } of cycle) {
      calls.length = 0;
      await act(cycled);
      if (rights === undefined) continue;
      const authorizations = calls.flatMap((call) => authorizationsOf(call, account));
      const lacking = refused(documents[rights], authorizations);
      expect({ name, lacking }).toEqual({ name, lacking: [] });
      asked.push(...authorizations);
    }

    const Statement = documents.deploy.Statement.filter(({ Effect }) => Effect === "Allow");
    const idle = Statement.filter(
      (statement) => refused(without(documents.deploy, statement), asked).length === 0,
    );
    expect(idle.map(({ Sid }) => Sid)).toEqual(ofImages);
    const neverAsked = Statement.filter(({ Sid = "" }) => !Sid.startsWith("Ecr"))
      .flatMap(({ Action }) => Action)
      .filter((action) => !/:(Get|List|Describe|Validate)/.test(action))
      .filter((action) => !asked.some((one) => one.action === action));
    expect(neverAsked).toEqual([]);
  });

  test("suffice where the emulator asks for them, and without any one of their statements something fails", async () => {
    const { context } = await bootstrapped(server());
    const scoped = documentsOf(context).deploy;
    const asked = ({ Effect, Sid = "" }: Statement) => Effect === "Allow" && !refining.has(Sid);
    const document = actionsOnly({ ...scoped, Statement: scoped.Statement.filter(asked) });
    const everything: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
    const root = await user(context, "admin", { ...document, Statement: [everything] });
    const admin = { ...context, clients: server().clients({ credentials: root }) };
    const deployer = await user(context, "ci", document);
    const lacking = new Map<string, Credentials>();
    for (const statement of document.Statement) {
      const { Sid = "" } = statement;
      lacking.set(Sid, await user(context, `without-${Sid}`, without(document, statement)));
    }
    const [one, second] = [projectName("first"), projectName("second")];
    await makeSecrets(
      context,
      [one, second].flatMap((project) => [project, otherThan(project)]),
    );
    const calls: Call[] = [];
    const as = (credentials: Credentials | undefined) =>
      server().clients({ ...(credentials && { credentials }) });
    const whole = opened({ admin, clients: record(as(deployer), calls), project: one });
    await server().enforcePolicies(0);

    // Once to learn which phase is the first to use each statement.
    const firstUse = new Map<string, readonly Statement[]>();
    const unused = new Set(scoped.Statement.filter((one) => asked(one) && one.Sid !== overlapping));
    for (const { name, rights, act } of cycle) {
      calls.length = 0;
      await act(whole);
      if (rights === undefined) continue;
      const used = new Set<Statement>();
      for (const call of calls) {
        // The emulator asks for what a request is called, and for nothing that comes with it.
        const first = authorizationsOf(call, account).slice(0, 1);
        for (const statement of unused) {
          if (refused(without(scoped, statement), first).length > 0) used.add(statement);
        }
      }
      // In this order, so that what one lacks isn't made by another before.
      firstUse.set(name, [...used]);
      for (const statement of used) unused.delete(statement);
    }
    expect(new Set([...unused].map(({ Sid }) => Sid))).toEqual(new Set([...ofImages, ...passes]));

    // And once more, each of these phases without it first.
    const world = { admin, project: second };
    const again = opened({ ...world, clients: as(deployer) });
    const outcomes = new Map<string, string>();
    for (const { name, act } of cycle) {
      for (const { Sid = "" } of firstUse.get(name) ?? []) {
        const lacked = opened({ ...world, clients: as(lacking.get(Sid)) });
        const outcome = await act(lacked).then(() => "went through", String);
        outcomes.set(`${name}, without ${Sid}`, outcome);
      }
      await act(again);
    }
    const wrong = [...outcomes].filter(([, outcome]) => !denial.test(outcome));
    expect(wrong).toEqual([]);
    expect(outcomes.size).toBe(document.Statement.length - ofImages.length - passes.length - 1);
  }, 300_000);
});

/** `reason` of the product's errors, and what it says about a bucket that it can't look into. */
const denial = /"reason": ?"permission"|the credentials may not read it/;

function documentsOf(context: AwsContext): Record<"plan" | "deploy", PolicyDocument> {
  const scope = policyScope(context);
  return { plan: planPolicy(scope), deploy: deployPolicy(scope) };
}

/** What the document doesn't allow of it. */
function refused(document: PolicyDocument, asked: readonly Authorization[]): string[] {
  const lacking = asked
    .filter((one) => evaluate([document], one) !== "allowed")
    .map(({ action, resource }) => `${action} on ${resource}`);
  return [...new Set(lacking)];
}

function without(document: PolicyDocument, statement: Statement): PolicyDocument {
  return { ...document, Statement: document.Statement.filter((other) => other !== statement) };
}

/**
 * The emulator knows neither resources nor conditions, and calls one service by the name that
 * requests are signed with.
 */
function actionsOnly(document: PolicyDocument): PolicyDocument {
  const Statement = document.Statement.map(({ Sid, Effect, Action }) => ({
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    Action: [Action].flat().map((action) => action.replace(/^tag:/, "tagging:")),
    Resource: "*",
  }));
  return { ...document, Statement };
}

/** Makes a user who has this one policy. */
async function user(
  { clients: { iam } }: AwsContext,
  UserName: string,
  document: PolicyDocument,
): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify(document);
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "rights", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
}

type Credentials = NonNullable<ClientChoice["credentials"]>;
