import { expect, test } from "vitest";

import { AWS_WORKSPACE, linesOf } from "../fixtures/checked.ts";

const lines = (publishes: string): string => linesOf(`publishes: [${publishes}]\n`).join("\n");

test("what is published is a place in S3, and how old it may be", () => {
  expect(lines("{uri: 's3://lake/scores/', fresh_within: 26h}")).toBe("");
  expect(lines("{uri: 's3://lake', fresh_within: soon}")).toMatchInlineSnapshot(`
    "1:19 ['s3://lake'] error config/bad-format: uri must be a place such as "s3://lake/scores/", or "file:data/scores/" on this machine, not "s3://lake"; Where it is: a folder where it ends in /, an object or a file otherwise. A file's path is relative to the workspace.
    1:46 [soon] error config/bad-format: fresh_within must be a time such as 30m, 12h or 7d, not "soon"; How old the newest of it may be, such as 26h."
  `);
});

test("a place is named once", () => {
  const place = "{uri: 's3://lake/scores/', fresh_within: 26h}";
  expect(lines(`${place}, ${place}`)).toMatchInlineSnapshot(
    `"1:66 ['s3://lake/scores/'] error config/publishes-twice: s3://lake/scores/ is among publishes twice; leave the entry with the shorter \`fresh_within\`"`,
  );
});

test("AWS sees no file of a machine", () => {
  const config = "publishes: [{uri: 'file:scores/', fresh_within: 26h}]\n";
  expect(linesOf(config, { workspace: AWS_WORKSPACE }).join("\n")).toMatchInlineSnapshot(`
    "1:19 ['file:scores/'] error config/publishes-file: dev runs on AWS, where nobody sees file:scores/ (in dev); name a place in S3, or put this one under environments.local.publishes
    1:1 [publishes] error config/missing-instance-type: ec2_type is missing; AWS needs it (in dev, prd); add it under infra.compute, as in ec2_type: t3.xlarge
    1:19 ['file:scores/'] error config/publishes-file: prd runs on AWS, where nobody sees file:scores/ (in prd); name a place in S3, or put this one under environments.local.publishes"
  `);
});
