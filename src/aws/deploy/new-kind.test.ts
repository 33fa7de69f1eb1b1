import { expect, test } from "vitest";

import { projectName } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import { resourceNames } from "../../release/names.ts";
import type { Release } from "../../release/release.ts";
import { deployPolicy } from "../iam/deploy-policies.ts";
import { allow, type PolicyDocument } from "../iam/document.ts";
import { planPolicy } from "../iam/plan-policy.ts";
import { policyScope } from "../iam/scope.ts";
import type { ResourceKind } from "../resources/kind.ts";
import type { Listing, Listings } from "../resources/listings.ts";
import { removeProject } from "./destroy.ts";
import { lookForPresence } from "./observe.ts";
import { prepareRemoval } from "./prepare-removal.ts";
import type { Session } from "./session.ts";
import { removalOrder, type Stage, stage } from "./stage.ts";
import { stages } from "./stages.ts";
import type { StateKey } from "./state.ts";
import type { Steps } from "./steps.ts";

const owner = { workspace: "acme", project: "recsys", environment: "dev" };
const toys: Listing<string> = { action: "list toys", read: async () => new Map() };
const removed: string[] = [];

/** A kind of resource that Esteira doesn't have: all that is said of it is said here. */
const toy: ResourceKind<{ readonly name: string }, { readonly name: string }> = {
  kind: "toy",
  rights: {
    read: (scope) => [
      allow("ToysRead", "toys:GetToy", scope.arn("toys", "toy/*")),
      allow("ReadAll", "toys:ListToys", "*"),
    ],
    write: (scope) => [allow("ToysWrite", "toys:DeleteToy", scope.arn("toys", "toy/*"))],
  },
  removal: { rank: 45 },
  presence: (listings) => listings.of(toys),
  observe: async (_context, names) => ok(new Map(names.map((name) => [name, { name }]))),
  ownerOf: () => owner,
  compare: () => ({ kind: "same" }),
  ensure: async (_work, desired) => ok(desired),
  async empty(_work, { name }) {
    removed.push(`what runs in ${name}`);
    return ok(undefined);
  },
  async remove(_work, { name }) {
    removed.push(name);
    return ok(undefined);
  },
};

// Its key stands for one more field of `ProjectState`, which the compiler asks for.
const toyStage = stage({
  key: "toy" as StateKey,
  kind: toy as ResourceKind<{ readonly name: string }, never>,
  name: ({ base }) => `toy-${base}`,
  desired: () => undefined,
});
const resources: readonly Stage[] = [...stages, toyStage];

const environment = {
  name: "dev",
  accountId: "123456789012",
  region: "us-east-1",
  suffix: "",
  repository: { kind: "ecr", name: "ml" },
  roles: {},
} as unknown as Parameters<typeof policyScope>[0]["environment"];
const project = projectName("recsys");
const names = resourceNames({ name: project, version: "1.0.0" }, environment);

test("destroy removes a new kind of resource in its turn, emptied before", async () => {
  expect(removalOrder(resources).map(({ kind }) => kind)).toEqual([
    "schedule",
    "state-machine",
    "cluster-capacity",
    "capacity-provider",
    "toy",
    "auto-scaling-group",
    "cluster",
    "launch-template",
    "task-definition",
    "log-group",
    "log-group",
  ]);
  const session = {
    context: { environment, workspace: "acme" },
    images: {},
  } as unknown as Session;
  const prepared = await prepareRemoval(session, [{ project, names }], {} as Listings, {}, [
    toyStage,
  ]);
  const [removal] = prepared.ok ? prepared.value : [];
  expect(removal?.plan.changes).toEqual([
    {
      kind: "toy",
      name: "toy-recsys",
      action: "remove",
      fields: [],
      drift: false,
      note: "logs, images and artifacts are kept",
    },
  ]);
  if (removal?.kind !== "remove") throw new Error("nothing is removed");
  const steps = { step: (_change, _text, work) => work({} as never) } as Steps;
  expect(await removeProject(session, steps, removal, [toyStage])).toEqual(ok(undefined));
  expect(removed).toEqual(["what runs in toy-recsys", "toy-recsys"]);
});

test("an unchanged project is looked at closely where one of a new kind is gone", async () => {
  const release = { project, names, definition: {} } as unknown as Release;
  const present = async (there: readonly string[]) => {
    const listings = {
      of: async (listing: unknown) => ok(new Map(listing === toys ? there.map((t) => [t, t]) : [])),
    } as unknown as Listings;
    const looked = await lookForPresence([release], listings, [toyStage]);
    return looked.ok ? looked.value.get(names.base)?.missing : looked;
  };
  expect(await present(["toy-recsys"])).toEqual([]);
  expect(await present(["toy-other"])).toEqual(["toy toy-recsys"]);
});

test("the policies allow what a new kind takes, and plans no more than reading", () => {
  const scope = policyScope({ workspace: "acme", partition: "aws", environment });
  const added = (
    policy: (scope_: typeof scope, resources_?: readonly Stage[]) => PolicyDocument,
  ): readonly unknown[] => {
    const before = new Set(policy(scope).Statement.map((one) => JSON.stringify(one)));
    return policy(scope, resources)
      .Statement.filter((one) => !before.has(JSON.stringify(one)))
      .map(({ Sid, Action, Resource }) =>
        Sid === "ReadAll"
          ? [Sid, [Action].flat().includes("toys:ListToys")]
          : [Sid, Action, Resource],
      );
  };
  const all = "arn:aws:toys:us-east-1:123456789012:toy/*";
  const reading = [
    ["ReadAll", true],
    ["ToysRead", "toys:GetToy", all],
  ];
  expect(added(planPolicy)).toEqual(reading);
  expect(added(deployPolicy)).toEqual([...reading, ["ToysWrite", "toys:DeleteToy", all]]);
});
