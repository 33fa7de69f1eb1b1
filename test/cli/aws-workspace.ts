import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";

import type { MotoServer } from "../aws/rig/moto.ts";
import { esteira, temporaryFolder, type Answer } from "./cli.ts";
import { projectYaml, write } from "./workspace.ts";

/**
 * A workspace whose `dev` is an emulated account with its own registry; commands run with
 * credentials for it.
 */
export interface AwsWorkspace extends AsyncDisposable {
  readonly path: string;
  readonly run: (...inputs: string[]) => Promise<Answer>;
  /** The same, with other variables. */
  readonly runWith: (
    variables: Readonly<Record<string, string>>,
    ...inputs: string[]
  ) => Promise<Answer>;
  /** Replaces a text in a file. */
  readonly change: (file: string, before: string, after: string) => Promise<void>;
}

export const credentials = {
  AWS_ACCESS_KEY_ID: "AKIAESTEIRATEST",
  AWS_SECRET_ACCESS_KEY: "secret",
} as const;

/** @param registry `127.0.0.1:5000` */
export async function awsWorkspace(
  server: MotoServer,
  registry: string,
  projects: readonly string[],
): Promise<AwsWorkspace> {
  const folder = await temporaryFolder();
  const { Subnets = [] } = await server.clients().ec2.send(new DescribeSubnetsCommand({}));
  const subnets = Subnets.map(({ SubnetId }) => SubnetId).join(", ");
  await write(
    folder.path,
    "esteira.yaml",
    `workspace: acme
environments:
  dev:
    platform: aws
    account_id: "123456789012"
    region: us-east-1
    vpc_id: ${Subnets[0]?.VpcId ?? ""}
    subnet_ids: [${subnets}]
    registry: ${registry}/ml
    endpoint_url: ${server.url}
    schedules: as_configured
`,
  );
  const steps = `- { id: score, command: "echo scored" }`;
  for (const name of projects) {
    await write(folder.path, `src/projects/${name}/config.yaml`, projectYaml(name, steps));
    await write(folder.path, `src/projects/${name}/Dockerfile`, "FROM python:3.11-slim\n");
  }
  const runWith = (variables: Readonly<Record<string, string>>, ...inputs: string[]) =>
    esteira(folder.path, inputs, {
      HOME: folder.path,
      AWS_EC2_METADATA_DISABLED: "true",
      ESTEIRA_ACTOR: "ana",
      ...variables,
    });
  return {
    path: folder.path,
    runWith,
    run: (...inputs) => runWith(credentials, ...inputs),
    async change(file, before, after) {
      const path = join(folder.path, file);
      const text = await readFile(path, "utf8");
      if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
      await writeFile(path, text.replace(before, after));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/**
 * Pushes an image of one empty layer as somebody's own build does:
 * https://github.com/opencontainers/distribution-spec
 */
export async function pushImage(registry: string, repository: string, tag: string): Promise<void> {
  const base = `http://${registry}/v2/${repository}`;
  const blob = async (content: Buffer) => {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    const begun = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
    const place = new URL(begun.headers.get("location") ?? "", base);
    place.searchParams.set("digest", digest);
    const put = await fetch(place, { method: "PUT", body: new Uint8Array(content) });
    if (put.status !== 201) throw new Error(`the registry took no blob: ${put.status}`);
    return { digest, size: content.length };
  };
  const config = { architecture: "amd64", os: "linux", config: { Labels: { tag } } };
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      ...(await blob(Buffer.from(JSON.stringify(config)))),
    },
    layers: [
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        ...(await blob(Buffer.from("nothing"))),
      },
    ],
  };
  const put = await fetch(`${base}/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": manifest.mediaType },
    body: JSON.stringify(manifest),
  });
  if (put.status !== 201) throw new Error(`the registry took no manifest: ${put.status}`);
}
