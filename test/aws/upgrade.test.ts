import { PutObjectCommand } from "@aws-sdk/client-s3";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { readBase } from "../../src/aws/bootstrap/layer.ts";
import { projectName } from "../../src/core/ids.ts";
import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import { describeWith } from "../rig/parts.ts";
import { apply, bootstrapped, deploy, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const fixture = new URL("../fixtures/upgrade/bucket.json", import.meta.url);
const project = projectName("recsys");

describeWith(moto(), "documents in the bucket that an older version wrote", (part) => {
  const server = useMoto(part);

  test("are read: base layer, releases, audit trail and holds; and restored", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const { securityGroupId, vpcId } = unwrap(await readBase(context));
    const objects = JSON.parse(await readFile(fixture, "utf8")) as JsonObject;
    for (const [Key, document] of Object.entries(objects)) {
      if (!isJsonObject(document)) throw new Error(`${Key} is no document`);
      // The emulator gives each network other ids.
      const here = Key.endsWith("/base.json") ? { securityGroupId, vpcId } : {};
      const Body = JSON.stringify({ ...document, ...here });
      const Bucket = "esteira-acme-dev-123456789012";
      await context.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
    const platform = await environment.open();

    expect(unwrap(await readBase(context, { check: true }))).toMatchObject({
      securityGroupId,
      lacking: [
        { generation: 2, name: "for_each with more items than a run's history holds" },
        { generation: 3, name: "runs that follow runs" },
        { generation: 3, name: "pools" },
        { generation: 4, name: "the index of the fleet" },
        { generation: 5, name: "runs that data starts" },
      ],
      newer: false,
    });
    const { items } = unwrap(await platform.audit({ limit: 10 }));
    const said = items.map(({ action, actor }) => `${action} by ${actor}`);
    expect(said.filter((entry) => entry.endsWith(" by ana"))).toEqual([
      "disable-schedule by ana",
      "deploy by ana",
      "deploy by ana",
    ]);
    expect(said).toContain("bootstrap by root");

    const { summary } = await deploy(platform, [
      environment.release(recsys({ version: "1.2.0" }), "source-3"),
    ]);
    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(unwrap(await platform.schedules())).toMatchObject([
      { project: "recsys", state: "disabled", hold: { actor: "ana", reason: "moved to June" } },
    ]);

    const releases = unwrap(await platform.releases(project));
    expect(releases.map(({ document, current }) => [document.release.version, current])).toEqual([
      ["1.2.0", true],
      ["1.1.0", false],
      ["1.0.0", false],
    ]);
    const plan = unwrap(await platform.rollbacks.plan(project, { to: "1.0.0", reason: "a test" }));
    expect((await apply(platform, plan)).summary.projects).toEqual([
      { project: "recsys", outcome: "changed" },
    ]);
    expect(unwrap(await platform.deployed(project))?.release.version).toBe("1.0.0");
  });
});
