import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { temporaryFolder } from "./cli.ts";

/** A workspace of shell steps: they start fast and need no packages. */
export async function shellWorkspace(
  projects: Readonly<Record<string, string>>,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await write(folder.path, "esteira.yaml", workspaceYaml);
  for (const [name, steps] of Object.entries(projects)) {
    await write(folder.path, `src/projects/${name}/config.yaml`, projectYaml(name, steps));
    await write(folder.path, `src/projects/${name}/Dockerfile`, "FROM python:3.11-slim\n");
  }
  return folder;
}

export async function write(root: string, path: string, text: string): Promise<void> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

const workspaceYaml = `workspace: test
environments:
  local:
    platform: local
    executor: process
  dev:
    platform: aws
    account_id: "111111111111"
    region: us-east-1
    vpc_id: vpc-0123456789abcdef0
    subnet_ids: [subnet-0123456789abcdef0]
    ecr_repository: ml
`;

/** @param steps the YAML list of the steps, one a line */
export function projectYaml(name: string, steps: string): string {
  const indented = steps
    .trim()
    .split("\n")
    .map((line) => `      ${line.replace(" }", ", resources: { cpu: 0.01, memory_gb: 0.0625 } }")}`)
    .join("\n");
  return `project_name: ${name}
description: "for a test"
version: "1.0.0"
owners: { tech_owner: "a@example.com", business_owner: "b@example.com" }
schedule: { enabled: true, cron: "0 3 * * *", timeout_seconds: 100, retries: 0 }
params:
  greeting: { default: "hello", description: "" }
batch:
  pipeline:
    steps:
${indented}
infra: { compute: { provider: ec2, ec2_type: t3.small, min_quantity: 0, max_quantity: 1, spot: true } }
model: { required: false }
`;
}

/**
 * The same text for every run: ids, times and durations become placeholders, and columns are two
 * spaces apart, because their widths vary with them.
 */
export function steady(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z-]*)-\d{8}T\d{6}Z-[0-9a-z]{6}/g, "$1-<id>")
    .replaceAll(/file:\/\/\S*(?=\/\.esteira\/)/g, "<workspace>")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "<date> <time>")
    .replaceAll(/\d\d:\d\d:\d\d/g, "<time>")
    .replaceAll(/\b\d+\.\d+s\b/g, "<s>")
    .replaceAll(/\b[\d.]+ of [\d.]+ GiB/g, "<memory>")
    .replaceAll(/\b[0-9a-f]{8}\b/g, "<hash>")
    .replaceAll(/\b[0-9a-f]{12}\b/g, "<snapshot>")
    .replaceAll(/▏[ ━┄]+▏/g, "▏▏")
    .replaceAll(/(?<=\S) {2,}/g, "  ");
}
