import { installRequirements } from "./dockerfile.ts";
import type { TemplateFile } from "./file.ts";
import { artifactsModule, extractFeatures, scoreModel, stepsTest } from "./project-python.ts";

/**
 * A project that runs at once: nothing but Python's standard library, two steps that hand a file
 * on.
 *
 * @param schema path of the schema of `config.yaml`, relative to the project's folder
 */
export function projectFiles(name: string, schema: string): readonly TemplateFile[] {
  return [
    { path: "config.yaml", text: configFile(name, schema) },
    { path: "steps/extract_features.py", text: extractFeatures },
    { path: "steps/score_model.py", text: scoreModel },
    { path: "steps/artifacts.py", text: artifactsModule },
    { path: "tests/__init__.py", text: "" },
    { path: "tests/test_steps.py", text: stepsTest },
    { path: "requirements.txt", text: requirements },
    { path: "Dockerfile", text: dockerfile },
    { path: ".dockerignore", text: dockerignore },
    { path: "README.md", text: readme(name) },
  ];
}

function configFile(name: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
project_name: ${name}
description: "What ${name} is for, in a sentence"
version: "0.1.0"                 # becomes the image tag: ${name}-0.1.0

owners:
  tech_owner: "ml-team@example.com"
  business_owner: "product@example.com"

schedule:
  enabled: true
  cron: "0 3 * * *"              # minute hour day month weekday: every day at 03:00
  timezone: "UTC"
  timeout_seconds: 3600          # for one attempt of one step
  retries: 1                     # attempts after the first

runtime:
  python_version: "3.11"
  requirements_file: "requirements.txt"
  env_vars:
    LOG_LEVEL: "info"

# Given with \`esteira run ${name} --param rows=500\`; steps read ESTEIRA_PARAM_ROWS.
params:
  rows:
    default: "200"
    description: "How many rows to learn from"

batch:
  enabled: true
  orchestrator: "step_functions"
  pipeline:
    steps:                       # in this order; \`depends_on\` makes it a graph
      - id: "extract_features"
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

infra:                           # on AWS; this machine asks for nothing here
  compute:
    provider: "ec2"
    ec2_type: "t3.small"
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

test:
  command: "python -m unittest discover -s tests -t ."
`;
}

const requirements = `# One package a line, with its version: numpy==2.4.6
# On AWS artifacts are on S3 and the steps need this one:
# boto3
`;

const dockerfile = `FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONUNBUFFERED=1

WORKDIR /app

# The dependencies first: this layer is built again only when they change.
COPY requirements.txt .
${installRequirements("requirements.txt")}

COPY . .
`;

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
