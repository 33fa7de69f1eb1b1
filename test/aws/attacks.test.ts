import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { policyScope } from "../../src/aws/iam/scope.ts";
import { allPolicies } from "../../tools/policies/all-policies.ts";
import { onOtherTeams } from "./attacks/other-team.ts";
import { within } from "./attacks/within.ts";
import { awsEnvironment } from "./rig/context.ts";
import { evaluate } from "./rig/policy.ts";

const environment = awsEnvironment({
  artifactsUri: "s3://ml-data/artifacts",
  keepArtifactsDays: 90,
});
const scope = policyScope({ workspace: "acme", partition: "aws", environment, usesCache: true });
const identities = allPolicies(scope).filter(({ kind }) => kind === "identity");

/**
 * Tried with the policies of the environment dev of acme, which shares the bucket ml-data with prd.
 */
const attacks = [...within, ...onOtherTeams];

test.each(attacks)("$kind: $what", ({ asked, allowed }) => {
  for (const one of [asked].flat()) {
    const may = identities
      .filter(({ document }) => evaluate([document], one) === "allowed")
      .map(({ name }) => name);
    expect({ ...one, may }).toEqual({ ...one, may: allowed });
  }
});

test("the page on roles says the same of each", () => {
  const page = readFileSync(new URL("../../docs/reference/iam.md", import.meta.url), "utf8");
  const section = page.split("## What they are tried with\n")[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  expect(rows.slice(2)).toEqual(
    attacks.map(({ kind, what, allowed }) => {
      const may = allowed.map((name) => name.replaceAll("_", " ")).join(", ") || "nobody";
      return `| ${kind} | ${what} | ${may} |`;
    }),
  );
});
