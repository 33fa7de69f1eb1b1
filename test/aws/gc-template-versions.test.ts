import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import {
  bootstrapped,
  deploy,
  environmentAround,
  planned,
  recsys,
  changeLines,
} from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { type Answer, type Sent, useProxy } from "./rig/proxy.ts";
import { unwrap } from "./rig/unwrap.ts";

/**
 * EC2 in front of the emulator for the one call that it lacks, in AWS's query protocol:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html
 */
function templateVersions(undeletable: ReadonlyMap<string, { code: string; message: string }>) {
  const deleted = new Set<string>();
  const xml = (status: number, body: string): Answer => ({
    status,
    headers: { "content-type": "text/xml;charset=UTF-8" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  });
  return {
    deleted,
    before({ operation, body }: Sent): Answer | undefined {
      if (operation !== "DeleteLaunchTemplateVersions") return undefined;
      const asked = [...new URLSearchParams(body)];
      const id = asked.find(([name]) => name === "LaunchTemplateId")?.[1] ?? "";
      const versions = asked.flatMap(([name, value]) =>
        /^LaunchTemplateVersion\.\d+$/.test(name) ? [value] : [],
      );
      if (versions.length === 0 || versions.length > 200) {
        return xml(
          400,
          "<Response><Errors><Error><Code>MissingParameter</Code><Message>The request must contain 1 to 200 versions</Message></Error></Errors><RequestID>0</RequestID></Response>",
        );
      }
      const item = (version: string, error = "") =>
        `<item><launchTemplateId>${id}</launchTemplateId><versionNumber>${version}</versionNumber>${error}</item>`;
      const failed = versions.filter((version) => undeletable.has(version));
      const gone = versions.filter((version) => !undeletable.has(version));
      for (const version of gone) deleted.add(version);
      const failures = failed.map((version) => {
        const { code = "", message = "" } = undeletable.get(version) ?? {};
        return item(
          version,
          `<responseError><code>${code}</code><message>${message}</message></responseError>`,
        );
      });
      return xml(
        200,
        `<DeleteLaunchTemplateVersionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId><successfullyDeletedLaunchTemplateVersionSet>${gone.map((version) => item(version)).join("")}</successfullyDeletedLaunchTemplateVersionSet><unsuccessfullyDeletedLaunchTemplateVersionSet>${failures.join("")}</unsuccessfullyDeletedLaunchTemplateVersionSet></DeleteLaunchTemplateVersionsResponse>`,
      );
    },
    after({ operation }: Sent, answer: Answer): Answer | undefined {
      if (operation !== "DescribeLaunchTemplateVersions") return undefined;
      const body = answer.body
        .toString()
        .replaceAll(
          /<item>(?:(?!<item>).)*?<versionNumber>(\d+)<\/versionNumber>.*?<\/item>\s*(?=<item><launchTemplateId>|<item>\s*<createTime>|<\/launchTemplateVersionSet>)/gs,
          (item, version: string) => (deleted.has(version) ? "" : item),
        );
      return { ...answer, body };
    },
  };
}

describeWith(moto(), "gc of a launch template's versions", (part) => {
  const server = useMoto(part);
  const proxy = useProxy(server);

  /** A project whose template has fourteen versions, of which the group uses the newest. */
  async function grown(undeletable = new Map<string, { code: string; message: string }>()) {
    const { context } = await bootstrapped(server());
    const ec2 = templateVersions(undeletable);
    proxy().play(ec2);
    const clients = server().clients({ endpointUrl: proxy().url });
    const environment = environmentAround({ ...context, clients });
    const release = environment.release(recsys());
    await deploy(await environment.open(), [release]);
    for (let version = 2; version <= 13; version += 1) {
      await clients.ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateName: "lt-recsys",
          LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.micro" },
        }),
      );
    }
    // Somebody's versions are drift: the deploy makes the fourteenth, and the group takes it.
    await deploy(await environment.open(), [release], { refresh: true });
    return { environment, clients, release, ec2 };
  }

  const collect = { keep: 10, dryRun: false, actor: "ana" };
  const names = (...versions: number[]) =>
    versions.map((version) => ({
      project: "recsys",
      kind: "launch-template-version",
      name: `lt-recsys:${version}`,
    }));

  test("deletes the oldest beyond ten, but neither the default nor the group's own", async () => {
    const { environment, clients, release, ec2 } = await grown();
    const platform = await environment.open();
    const projects = [projectName("recsys")];
    const dry = unwrap(await platform.garbage.collect(projects, { ...collect, dryRun: true }));
    // The first is the template's default, which EC2 keeps.
    expect(dry).toEqual(names(2, 3, 4));
    expect([...ec2.deleted]).toEqual([]);

    expect(unwrap(await platform.garbage.collect(projects, collect))).toEqual(names(2, 3, 4));
    expect([...ec2.deleted]).toEqual(["2", "3", "4"]);
    const { LaunchTemplateVersions = [] } = await clients.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: "lt-recsys" }),
    );
    const left = LaunchTemplateVersions.map(({ VersionNumber = 0 }) => VersionNumber);
    expect(left.toSorted((a, b) => a - b)).toEqual([1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(unwrap(await platform.garbage.collect(projects, collect))).toEqual([]);
    expect(changeLines(await planned(platform, [release], { refresh: true }))).toEqual([]);
  });

  test("says which stays, in EC2's words; one that is gone already is not a failure", async () => {
    const { environment } = await grown(
      new Map([
        ["2", { code: "launchTemplateVersionDoesNotExist", message: "gone" }],
        ["3", { code: "unexpectedError", message: "An unexpected error occurred" }],
      ]),
    );
    const platform = await environment.open();
    expect(await platform.garbage.collect([projectName("recsys")], collect)).toMatchObject({
      ok: false,
      error: {
        message:
          "could not delete what is not used any more: lt-recsys:3 stays: An unexpected error occurred",
      },
    });
  });
});
