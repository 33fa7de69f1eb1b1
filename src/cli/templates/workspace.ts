import type { TemplateFile } from "./file.ts";

/**
 * Where a workspace keeps the schemas that its files name, so that an editor completes and checks
 * them on any machine.
 */
export const schemaPaths = {
  config: "schemas/config.schema.json",
  workspace: "schemas/workspace.schema.json",
} as const;

/**
 * Lines that `.gitignore` needs. A link, as to another disk, is no folder to Git: `.esteira/` would
 * not cover it.
 */
export const ignoredPaths = [
  ".esteira",
  "node_modules/",
  "__pycache__/",
  "*.pyc",
  ".venv/",
] as const;

/** `esteira.yaml`: enough for this machine, with an environment on AWS to fill in. */
export function workspaceFile(name: string): TemplateFile {
  return {
    path: "esteira.yaml",
    text: `# yaml-language-server: $schema=${schemaPaths.workspace}
workspace: ${name}
projects: "src/projects/*"

branches:
  feature: "feature/<project>-<description>"
  # Pushes to these branches deploy to these environments.
  # environments:
  #   dev: dev

environments:
  # This machine; it would be there without a word.
  local:
    platform: local

  # An environment on AWS. Fill it in, take the marks away here and above, and check it with \`esteira validate\`.
  # dev:
  #   platform: aws
  #   account_id: "111111111111"
  #   region: us-east-1
  #   vpc_id: vpc-0123456789abcdef0
  #   subnet_ids:
  #     - subnet-0123456789abcdef0
  #     - subnet-0123456789abcdef1
  #   ecr_repository: ml-projects
  #   schedules: disabled
  #   mlflow:
  #     tracking_uri: http://mlflow.example.com
`,
  };
}

/** README.md of a workspace that has none. */
export function workspaceReadme(name: string): TemplateFile {
  return {
    path: "README.md",
    text: `# ${name}

Machine-learning projects, one a folder in \`src/projects/\`. [Esteira](docs) turns each \`config.yaml\` into a pipeline.

\`\`\`sh
esteira new my-project       # a project that runs at once
esteira validate             # check every config.yaml
esteira deploy my-project    # to this machine; -e dev for another environment
esteira run my-project       # run it and watch
esteira status               # the state of everything
\`\`\`
`.replace("[Esteira](docs)", "Esteira"),
  };
}
