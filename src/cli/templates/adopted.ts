import { dependencyForm } from "../../config/dependency-files.ts";
import type { Adoption } from "../../app/adopt/adoption.ts";
import {
  condaDockerfile,
  installLock,
  installRequirements,
  installSystemPackages,
} from "./dockerfile.ts";
import type { TemplateFile } from "./file.ts";
import { dockerignore } from "./project.ts";

/**
 * What a folder lacks to be a project.
 *
 * @param schema path of the schema of `config.yaml`, relative to the project's folder
 * @param refusedByUv what uv doesn't understand in its requirements file
 */
export function adoptedFiles(
  adoption: Adoption,
  schema: string,
  refusedByUv: string | undefined,
): readonly TemplateFile[] {
  const { requirements, requirementsFile } = adoption;
  return [
    { path: "config.yaml", text: configFile(adoption, schema) },
    ...(requirements === undefined ? [] : [{ path: requirementsFile, text: requirements }]),
    ...(adoption.hasDockerfile
      ? []
      : [
          { path: "Dockerfile", text: dockerfile(adoption, refusedByUv) },
          { path: ".dockerignore", text: dockerignore },
        ]),
  ];
}

function configFile(adoption: Adoption, schema: string): string {
  const { name, description, version, technicalOwner, pythonVersion, requirementsFile } = adoption;
  return `# yaml-language-server: $schema=${schema}
# Written by \`esteira adopt\` by what it found in this folder; yours to change.
project_name: ${name}
description: ${JSON.stringify(description)}
version: "${version}"

owners:
  tech_owner: ${JSON.stringify(technicalOwner)}
  business_owner: "product@example.com"

schedule:
  enabled: false                 # true once it has run as it should
  cron: "0 3 * * *"              # minute hour day month weekday: every day at 03:00
  timezone: "UTC"                # the clock that cron means, such as America/Sao_Paulo
  timeout_seconds: 3600          # for one attempt of one step
  retries: 1                     # attempts after the first

runtime:
  python_version: "${pythonVersion}"
  requirements_file: ${JSON.stringify(requirementsFile)}
${secretsOf(adoption)}
batch:
  enabled: true
  orchestrator: "step_functions"
  pipeline:
    steps:                       # in this order
${adoption.steps
  .map(
    ({ id, command }) => `      - id: "${id}"
        command: ${JSON.stringify(command)}
        outputs: ["**"]          # what it writes is kept, and there for the steps after it
        resources:
          cpu: 1
          memory_gb: 2
`,
  )
  .join("")}
infra:                           # on AWS; this machine asks for nothing here
  compute:
    provider: "ec2"
    ec2_type: "t3.medium"
    min_quantity: 0
    max_quantity: 1
    spot: true

# A registered model that a deploy to AWS asks MLflow for.
model:
  required: false
`;
}

function secretsOf({ variables }: Adoption): string {
  if (variables.length === 0) return "";
  const lines = variables.map((name) => `    ${name}: "ssm:${name}"\n`).join("");
  return `  secrets:                       # \`esteira secrets set NAME\` keeps a value; never in this file
${lines}`;
}

function dockerfile(
  { pythonVersion, requirementsFile, installsItself, isPackage, systemPackages }: Adoption,
  refusedByUv: string | undefined,
): string {
  const form = dependencyForm(requirementsFile);
  if (form === "conda") return condaDockerfile(requirementsFile);
  const install =
    form === "requirements"
      ? installRequirements(requirementsFile, refusedByUv)
      : installLock(requirementsFile, isPackage);
  return `FROM python:${pythonVersion}-slim

ENV PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONUNBUFFERED=1

WORKDIR /app
${installSystemPackages(systemPackages)}
${
  installsItself
    ? `# What is installed is read from this folder, so that all of it comes first.
COPY . .
${install}
`
    : `# The dependencies first: this layer is built again only when they change.
COPY ${requirementsFile} .
${install}

COPY . .
`
}`;
}
