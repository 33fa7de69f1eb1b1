import { BatchGetImageCommand, CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { beforeEach, expect, test } from "vitest";

import type { AwsContext, Clients } from "../../src/aws/sdk/context.ts";
import { ecrCredentials } from "../../src/aws/images/ecr.ts";
import { registryImages } from "../../src/aws/images/registry-images.ts";
import { hashTagOf } from "../../src/aws/images/tags.ts";
import { environmentName, projectName } from "../../src/core/ids.ts";
import type { AwsEnvironment } from "../../src/config/model.ts";
import { makeRelease } from "../../src/release/build.ts";
import type { Release } from "../../src/release/release.ts";
import { describeWith } from "../rig/parts.ts";
import { recsys, workspaceWith } from "./deploy-fixture.ts";
import { neverBuilds, publish } from "./images-rig.ts";
import { awsContext, awsEnvironment } from "./rig/context.ts";
import { type Call, intercept, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { putImage } from "./images-ecr-rig.ts";

const hash = (digit: string) => digit.repeat(64);

function releaseIn(environment: AwsEnvironment, sourceHash: string, name = "recsys"): Release {
  const project = recsys({ environment: environment.name, name: projectName(name) });
  return makeRelease(project, workspaceWith(environment), environment, sourceHash).release;
}

describeWith(moto(), "images in ECR", (part) => {
  const server = useMoto(part);
  const dev = awsEnvironment();
  let calls: Call[];
  let clients: Clients;
  let context: AwsContext;
  const repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ml-projects";

  beforeEach(async () => {
    calls = [];
    clients = server().clients();
    await clients.ecr.send(new CreateRepositoryCommand({ repositoryName: "ml-projects" }));
    record(clients, calls);
    context = awsContext(clients, { environment: dev });
  });

  const images = (others: readonly AwsEnvironment[] = [], of: AwsEnvironment = dev) =>
    registryImages(
      { ...context, environment: of },
      {
        workspace: workspaceWith(of, ...others),
        root: "/nowhere",
        processEnvironment: {},
        builder: neverBuilds,
      },
    );
  const asked = () => calls.map(({ operation }) => operation);

  test("are looked for a hundred tags at a time", async () => {
    const releases = Array.from({ length: 120 }, (_unused, at) =>
      releaseIn(dev, hash("a"), `project-${at}`),
    );
    const found = releases[7]!;
    const digest = await putImage(clients, "7", hashTagOf(found), found.names.imageTag);
    calls.length = 0;
    const states = unwrap(await images().resolve(releases));
    // The emulator gives one of an image's tags only, so that the other has to be asked for.
    expect(asked()).toEqual(["BatchGetImage", "BatchGetImage", "BatchGetImage", "DescribeImages"]);
    expect(states.get("project-7")).toEqual({
      state: "present",
      digest,
      uri: `${repository}@${digest}`,
    });
    expect(states.get("project-8")).toEqual({
      state: "missing",
      note: "will be built from src/projects/recsys",
    });
    expect(states.size).toBe(120);
  });

  test("get a version's tag without being built, and it moves", async () => {
    const release = releaseIn(dev, hash("a"));
    await putImage(clients, "before", release.names.imageTag);
    const digest = await putImage(clients, "now", hashTagOf(release));
    calls.length = 0;
    const port = images();
    unwrap(await port.resolve([release]));
    expect(unwrap((await publish(port, release)).result)).toEqual({
      digest,
      uri: `${repository}@${digest}`,
      built: false,
    });
    expect(asked()).toEqual(["BatchGetImage", "BatchGetImage", "PutImage"]);
    expect(unwrap(await port.resolve([release])).get("recsys")).toMatchObject({
      state: "present",
      digest,
    });
  });

  test("of another environment in the same repository are taken over by a tag", async () => {
    const prd = awsEnvironment({
      name: environmentName("prd"),
      suffix: "-prd",
      promoteFrom: dev.name,
    });
    const release = releaseIn(prd, hash("a"));
    const digest = await putImage(clients, "dev's", hashTagOf(releaseIn(dev, hash("a"))));
    const port = images([dev], prd);
    expect(unwrap(await port.resolve([release])).get("recsys")).toMatchObject({
      note: "will be copied from dev",
    });
    expect(unwrap((await publish(port, release)).result).digest).toBe(digest);
    const { images: tagged = [] } = await clients.ecr.send(
      new BatchGetImageCommand({
        repositoryName: "ml-projects",
        imageIds: [{ imageTag: hashTagOf(release) }, { imageTag: "recsys-prd-1.0.0" }],
      }),
    );
    expect(tagged.map(({ imageId }) => imageId?.imageDigest)).toEqual([digest, digest]);
  });

  test("of another account need its repository's own policy, which a refusal says", async () => {
    const far = awsEnvironment({
      name: environmentName("stg"),
      accountId: "210987654321",
      promoteFrom: undefined,
    });
    const prd = awsEnvironment({ name: environmentName("prd"), promoteFrom: far.name });
    const port = images([far], prd);
    intercept(clients, ({ input, operation }) => {
      if (operation !== "BatchGetImage" || input["registryId"] !== far.accountId) return undefined;
      throw Object.assign(
        new Error(
          "User: arn:aws:iam::123456789012:role/ci is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:210987654321:repository/ml-projects because no resource-based policy allows the ecr:BatchGetImage action",
        ),
        { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } },
      );
    });
    expect(await port.resolve([releaseIn(prd, hash("a"))])).toMatchObject({
      ok: false,
      error: {
        reason: "permission",
        help: "`esteira iam deploy-policy -e prd` prints the policy that a deploy needs; bootstrap needs an administrator; the repository is of account 210987654321, where the repository's own policy has to let account 123456789012 pull",
      },
    });
  });

  test("in a repository that keeps its tags are reported as such", async () => {
    const release = releaseIn(dev, hash("a"));
    await putImage(clients, "now", hashTagOf(release));
    const port = images();
    unwrap(await port.resolve([release]));
    // The emulator moves tags in every repository.
    intercept(clients, ({ operation }) => {
      if (operation !== "PutImage") return undefined;
      throw Object.assign(
        new Error(
          "The image tag 'recsys-1.0.0' already exists in the 'ml-projects' repository and cannot be overwritten because the repository is immutable.",
        ),
        { name: "ImageTagAlreadyExistsException", $metadata: { httpStatusCode: 400 } },
      );
    });
    expect((await publish(port, release)).result).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message: `could not write the image recsys-1.0.0 to ${repository}: ImageTagAlreadyExistsException: The image tag 'recsys-1.0.0' already exists in the 'ml-projects' repository and cannot be overwritten because the repository is immutable`,
        help: "recsys-1.0.0 has other content there, and the repository keeps its tags; raise `version` in config.yaml",
      },
    });
  });

  test("that are not kept lose their tags, and with the last of them they are gone", async () => {
    const release = releaseIn(dev, hash("a"));
    const other = awsEnvironment({ name: environmentName("prd"), suffix: "-prd" });
    const kept = await putImage(clients, "kept", hashTagOf(release), "recsys-2.0.0");
    await putImage(clients, "old", `src-recsys-${"b".repeat(12)}`, "recsys-1.0.0");
    await putImage(
      clients,
      "shared",
      `src-recsys-${"c".repeat(12)}`,
      `src-recsys-prd-${"c".repeat(12)}`,
      "recsys-1.5.0",
    );
    await putImage(clients, "by hand", "recsys-0.1.0");
    const port = images([other]);
    const expected = [
      "recsys-1.0.0",
      `src-recsys-${"b".repeat(12)}`,
      `src-recsys-${"c".repeat(12)}`,
    ];
    expect(unwrap(await port.cleanUp!(release, new Set([kept]), true))).toEqual(expected);
    expect(unwrap(await port.cleanUp!(release, new Set([kept]), false))).toEqual(expected);
    calls.length = 0;
    expect(unwrap(await port.cleanUp!(release, new Set([kept]), false))).toEqual([]);
    expect(asked()).toEqual(["DescribeImages"]);
    const { images: left = [] } = await clients.ecr.send(
      new BatchGetImageCommand({
        repositoryName: "ml-projects",
        imageIds: ["recsys-2.0.0", "recsys-1.5.0", "recsys-0.1.0", ...expected].map((imageTag) => ({
          imageTag,
        })),
      }),
    );
    expect(left).toHaveLength(3);
  });

  test("are pushed with a token that is asked for once", async () => {
    const credentials = ecrCredentials(clients.ecr, dev, context.timing);
    const [first, second] = await Promise.all([credentials(), credentials()]);
    expect(unwrap(first)).toMatchObject({ kind: "password", username: "AWS" });
    expect(second).toBe(first);
    expect(asked()).toEqual(["GetAuthorizationToken"]);
  });

  test("are missed with a word about bootstrap where there is no repository", async () => {
    const elsewhere = awsEnvironment({ repository: { kind: "ecr", name: "nothing" } });
    expect(await images([], elsewhere).resolve([releaseIn(elsewhere, hash("a"))])).toMatchObject({
      ok: false,
      error: {
        reason: "not-found",
        help: "bootstrap's step `repository` is missing or has changed; an administrator runs `esteira bootstrap -e dev`",
      },
    });
  });
});
