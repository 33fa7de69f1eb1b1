import { installRequirements, installSystemPackages } from "./dockerfile.ts";
import type { TemplateFile } from "./file.ts";
import { KINDS, type ProjectKind, type Template } from "./kinds.ts";
import { artifactsModule, extractFeatures, scoreModel, stepsTest } from "./project-python.ts";

/**
 * A project that runs at once: the minimal one with nothing but Python's standard library and two
 * steps that hand a file on, the others with the packages that they are named after.
 *
 * @param schema path of the schema of `config.yaml`, relative to the project's folder
 */
export function projectFiles(
  name: string,
  schema: string,
  template: Template = "minimal",
): readonly TemplateFile[] {
  return template === "minimal"
    ? minimalFiles(name, schema)
    : kindFiles(name, schema, KINDS[template]);
}

function minimalFiles(name: string, schema: string): readonly TemplateFile[] {
  return [
    { path: "config.yaml", text: configFile(name, schema, minimalConfig(name)) },
    { path: "steps/extract_features.py", text: extractFeatures },
    { path: "steps/score_model.py", text: scoreModel },
    { path: "steps/artifacts.py", text: artifactsModule },
    { path: "tests/__init__.py", text: "" },
    { path: "tests/test_steps.py", text: stepsTest },
    { path: "requirements.txt", text: requirements },
    { path: "Dockerfile", text: dockerfile([]) },
    { path: ".dockerignore", text: dockerignore },
    { path: "README.md", text: readme(name) },
  ];
}

function kindFiles(name: string, schema: string, kind: ProjectKind): readonly TemplateFile[] {
  return [
    { path: "config.yaml", text: configFile(name, schema, kindConfig(name, kind)) },
    ...kind.files,
    { path: "requirements.txt", text: kind.requirements.map((one) => `${one}\n`).join("") },
    { path: "Dockerfile", text: dockerfile(kind.systemPackages) },
    { path: ".dockerignore", text: dockerignore },
    { path: "README.md", text: kindReadme(name, kind) },
  ];
}

/** What of a project's `config.yaml` its template says. */
interface ConfigParts {
  readonly description: string;
  /** Variables of every step; empty: none. */
  readonly variables: string;
  readonly params: string;
  readonly steps: string;
  readonly instance: string;
  readonly test: string;
}

const UNITTEST = `
test:
  command: "python -m unittest discover -s tests -t ."
`;

function minimalConfig(name: string): ConfigParts {
  return {
    description: `What ${name} is for, in a sentence`,
    variables: `  env_vars:
    LOG_LEVEL: "info"
`,
    params: paramsOf(name, ["rows", "200", "How many rows to learn from"]),
    steps: `      - id: "extract_features"
        name: "Extract Features"
        command: "python steps/extract_features.py"
        resources:
          cpu: 0.5
          memory_gb: 0.5

      - id: "score_model"
        name: "Score Model"
        command: "python steps/score_model.py"
        resources:
          cpu: 0.5
          memory_gb: 0.5
`,
    instance: "t3.small",
    test: UNITTEST,
  };
}

function kindConfig(name: string, { description, param, steps, tested }: ProjectKind): ConfigParts {
  return {
    description,
    variables: "",
    params: paramsOf(name, param),
    steps: steps
      .map(
        ({ id, command, outputs, memoryGb }) => `      - id: "${id}"
        command: "${command}"
        outputs: ${JSON.stringify(outputs).replaceAll(",", ", ")}  # kept when it succeeds, and there for the steps after it
        resources:
          cpu: 1
          memory_gb: ${memoryGb}
`,
      )
      .join("\n"),
    instance: "t3.medium",
    test: tested ? UNITTEST : "",
  };
}

function paramsOf(name: string, [param, value, about]: ProjectKind["param"]): string {
  return `# Given with \`esteira run ${name} --param ${param}=${param === "rows" ? 500 : Number(value) * 2}\`; steps read ESTEIRA_PARAM_${param.toUpperCase()}.
params:
  ${param}:
    default: "${value}"
    description: "${about}"
`;
}

function configFile(name: string, schema: string, parts: ConfigParts): string {
  const { description, variables, params, steps, instance, test } = parts;
  return `# yaml-language-server: $schema=${schema}
project_name: ${name}
description: "${description}"
version: "0.1.0"                 # becomes the image tag: ${name}-0.1.0

owners:
  tech_owner: "ml-team@example.com"
  business_owner: "product@example.com"

schedule:
  enabled: true
  cron: "0 3 * * *"              # minute hour day month weekday: every day at 03:00
  timezone: "UTC"                # the clock that cron means, such as America/Sao_Paulo
  timeout_seconds: 3600          # for one attempt of one step
  retries: 1                     # attempts after the first

runtime:
  python_version: "3.11"
  requirements_file: "requirements.txt"
${variables}
${params}
batch:
  enabled: true
  orchestrator: "step_functions"
  pipeline:
    steps:                       # in this order; \`depends_on\` makes it a graph
${steps}
infra:                           # on AWS; this machine asks for nothing here
  compute:
    provider: "ec2"
    ec2_type: "${instance}"
    min_quantity: 0
    max_quantity: 1
    spot: true

# Who is notified when a run ends.
# notifications:
#   on_failure:
#     - "ml-team@example.com"

# A registered model that a deploy to AWS asks MLflow for.
model:
  required: false
${test}`;
}

const requirements = `# One package a line, with its version: numpy==2.4.6
# On AWS artifacts are on S3 and the steps need this one:
# boto3
`;

function dockerfile(systemPackages: readonly string[]): string {
  return `FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONUNBUFFERED=1

WORKDIR /app
${installSystemPackages(systemPackages)}
# The dependencies first: this layer is built again only when they change.
COPY requirements.txt .
${installRequirements("requirements.txt")}

COPY . .
`;
}

/** What no image needs of a project's folder. */
export const dockerignore = `__pycache__/
*.pyc
.venv/
.pytest_cache/

# Secrets: what steps need is named in runtime.secrets
**/.env
**/.env.*
**/.aws/
**/.ssh/
**/.netrc
**/.npmrc
**/.pypirc
**/.git-credentials
**/id_rsa
**/id_ed25519
**/*.key
**/*.p12
**/*.pfx
`;

function readme(name: string): string {
  return `# ${name}

What it is for, who uses its results, where its data comes from.

\`\`\`sh
esteira test ${name}      # its tests
esteira deploy ${name}    # to this machine
esteira run ${name}       # run it and watch
\`\`\`

| step | reads | leaves |
| --- | --- | --- |
| \`extract_features\` | made-up rows | \`extract_features/features.json\` |
| \`score_model\` | the features | \`score_model/scores.json\` |

Steps share no disk: what one leaves for another goes to \`ESTEIRA_ARTIFACTS_URI\` (\`steps/artifacts.py\`).
`;
}

function kindReadme(name: string, { description, steps, tested }: ProjectKind): string {
  const rows = steps.map(
    ({ id, reads, outputs }) =>
      `| \`${id}\` | ${reads} | ${outputs.map((one) => `\`${one}\``).join(", ")} |`,
  );
  return `# ${name}

${description}. Who uses its results, where its data comes from.

\`\`\`sh
${tested ? `esteira test ${name}      # its tests\n` : ""}esteira deploy ${name}    # to this machine
esteira run ${name}       # run it and watch
\`\`\`

| step | reads | leaves |
| --- | --- | --- |
${rows.join("\n")}

Steps share no disk: what one leaves is among its \`outputs\` in config.yaml.
`;
}
