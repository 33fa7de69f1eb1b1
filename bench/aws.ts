import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import { loadMoto } from "../test/aws/rig/moto-process.ts";
import { timed, type BenchRow } from "./row.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const python = join(root, ".cache/moto/bin/python");
const account = "123456789012";

/**
 * `plan`, first `deploy` and `deploy` without a change, as whole processes against an emulator of
 * AWS, by the number of projects; each beside a shell script that asks the AWS CLI for one resource
 * after the other, measured on one project and multiplied. Images are in a registry already. Needs
 * `tools/rig/make-moto.sh`.
 */
export async function benchAws(
  sizes: readonly number[] = [10, 100, 500],
): Promise<readonly BenchRow[]> {
  if (!existsSync(python)) throw new Error("moto is missing: tools/rig/make-moto.sh installs it");
  const rows: BenchRow[] = [];
  for (const size of sizes) rows.push(...(await measured(size)));
  return rows;
}

async function measured(size: number): Promise<readonly BenchRow[]> {
  const program = await shippedProgram(root);
  const moto = loadMoto(python);
  const aws = await countingProxy(await moto.start());
  const registry = await emptyRegistry();
  const folder = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  const environment = {
    ...process.env,
    HOME: folder,
    AWS_ACCESS_KEY_ID: "AKIAESTEIRABENCH",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    ESTEIRA_ACTOR: "bench",
  };
  const esteira = async (...argv: string[]) => {
    aws.requests = 0;
    const ms = await timed(() =>
      run(process.execPath, [program, ...argv, "-e", "dev"], {
        cwd: folder,
        env: environment,
        maxBuffer: 2 ** 28,
      }),
    );
    return { seconds: ms / 1000, requests: aws.requests };
  };
  try {
    await workspace(folder, size, aws.url, registry.address);
    await esteira("bootstrap", "--yes");
    const plan = await esteira("plan", "--no-build");
    const first = await esteira("deploy", "--no-build");
    const unchanged = await esteira("deploy", "--no-build");
    const script = await shellScript(aws, environment);
    const row = (name: string, found: Cost): BenchRow => ({
      name: `${name}, ${size} projects`,
      ours: found.seconds,
      alternative: script && script.seconds * size,
      unit: "s",
      note: `${found.requests} requests${script ? `; the script: ${script.requests * size}` : "; no aws command to compare with"}`,
    });
    return [row("plan", plan), row("first deploy", first), row("unchanged deploy", unchanged)];
  } finally {
    await moto.end();
    aws.server.close();
    aws.server.closeAllConnections();
    registry.server.close();
    registry.server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Cost {
  readonly seconds: number;
  readonly requests: number;
}

/**
 * What a script over the AWS CLI asks for one project that exists already: each resource, one
 * process after the other.
 */
const asked: readonly (readonly string[])[] = [
  ["sts", "get-caller-identity"],
  ["logs", "describe-log-groups", "--log-group-name-prefix", "/ecs/project-000"],
  ["ecs", "describe-clusters", "--clusters", "ml-cluster-project-000"],
  ["ssm", "get-parameters-by-path", "--path", "/aws/service/ecs", "--max-items", "1"],
  ["ec2", "describe-launch-templates", "--launch-template-names", "lt-project-000"],
  ["ec2", "describe-launch-template-versions", "--launch-template-name", "lt-project-000"],
  ["autoscaling", "describe-auto-scaling-groups", "--auto-scaling-group-names", "asg-project-000"],
  ["ecs", "describe-capacity-providers", "--capacity-providers", "cp-project-000"],
  ["ecs", "describe-task-definition", "--task-definition", "project-000"],
  ["ecs", "list-task-definitions", "--family-prefix", "project-000"],
  ["iam", "get-role", "--role-name", "esteira-acme-dev-task"],
  ["stepfunctions", "list-state-machines", "--max-items", "1"],
  ["scheduler", "get-schedule", "--name", "sched-project-000"],
  ["ecs", "list-tasks", "--cluster", "ml-cluster-project-000"],
  ["sts", "get-caller-identity"],
];

/** Undefined where there is no `aws` command. */
async function shellScript(
  aws: { readonly url: string; requests: number },
  environment: NodeJS.ProcessEnv,
): Promise<Cost | undefined> {
  const env = { ...environment, AWS_ENDPOINT_URL: aws.url };
  try {
    await run("aws", ["--version"], { env });
  } catch {
    return undefined;
  }
  aws.requests = 0;
  const ms = await timed(async () => {
    // What isn't there costs as much as what is.
    for (const argv of asked) await run("aws", [...argv], { env }).catch(() => undefined);
  });
  return { seconds: ms / 1000, requests: aws.requests };
}

async function workspace(
  folder: string,
  size: number,
  url: string,
  registry: string,
): Promise<void> {
  const client = new EC2Client({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAESTEIRABENCH", secretAccessKey: "secret" },
  });
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({}));
  client.destroy();
  await writeFile(
    join(folder, "esteira.yaml"),
    `workspace: acme
environments:
  dev:
    platform: aws
    account_id: "${account}"
    region: us-east-1
    vpc_id: ${Subnets[0]?.VpcId}
    subnet_ids: [${Subnets.map(({ SubnetId }) => SubnetId).join(", ")}]
    registry: ${registry}/ml
    endpoint_url: ${url}
`,
  );
  for (let index = 0; index < size; index += 1) {
    const name = `project-${String(index).padStart(3, "0")}`;
    const directory = join(folder, "src/projects", name);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "Dockerfile"), "FROM python:3.11-slim\n");
    await writeFile(
      join(directory, "config.yaml"),
      `project_name: ${name}
description: "for a benchmark"
version: "1.0.0"
owners: { tech_owner: "a@example.com", business_owner: "b@example.com" }
schedule: { enabled: true, cron: "0 3 * * *", timeout_seconds: 3600, retries: 2 }
batch:
  pipeline:
    steps:
      - { id: extract, command: "echo one", resources: { cpu: 1, memory_gb: 1 } }
      - { id: score, command: "echo two", resources: { cpu: 1, memory_gb: 2 } }
infra: { compute: { provider: ec2, ec2_type: t3.large, min_quantity: 0, max_quantity: 1, spot: true } }
model: { required: false }
`,
    );
  }
}

/** Passes requests on and counts them. */
async function countingProxy(
  target: string,
): Promise<{ readonly url: string; readonly server: Server; requests: number }> {
  const server = createServer((incoming, outgoing) => {
    proxy.requests += 1;
    const forwarded = request(
      `${target}${incoming.url ?? "/"}`,
      { method: incoming.method ?? "GET", headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.once("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  const proxy = { url: `http://127.0.0.1:${await listening(server)}`, server, requests: 0 };
  return proxy;
}

/** A registry that has one image under each tag. */
async function emptyRegistry(): Promise<{ readonly address: string; readonly server: Server }> {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const digest = `sha256:${"a".repeat(64)}`;
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: 2 };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] });
  const server = createServer((incoming, outgoing) => {
    const tag = /\/manifests\/(.+)$/.exec(incoming.url ?? "")?.[1];
    // Tags of sources aren't there: only somebody's own builds are.
    const there = tag === undefined || /^project-\d+-1\.0\.0$/.test(tag);
    outgoing.writeHead(there ? 200 : 404, {
      "content-type": tag === undefined ? "application/json" : mediaType,
      "docker-content-digest": digest,
    });
    outgoing.end(incoming.method === "HEAD" ? "" : there && tag !== undefined ? manifest : "{}");
  });
  return { address: `127.0.0.1:${await listening(server)}`, server };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
