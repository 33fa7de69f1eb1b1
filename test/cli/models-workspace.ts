import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, steady, write } from "./workspace.ts";

const step = '- { id: score, name: Score, command: "echo got $ESTEIRA_MODEL_URI" }';

/** Environments on this machine that ask an MLflow as those on AWS do. */
export async function workspaceAt(url: string, model: string, settings = "") {
  const folder = await shellWorkspace({ other: step });
  const local = (name: string, mlflow: string): string =>
    `  ${name}: { platform: local, executor: process, mlflow: { ${mlflow} } }\n`;
  await write(
    folder.path,
    "esteira.yaml",
    [
      "workspace: test\nenvironments:\n",
      local("prd", `tracking_uri: "${url}", gate: enforce`),
      local("dev", `tracking_uri: "${url}", gate: enforce`),
      local("lost", 'tracking_uri: "http://127.0.0.1:9", gate: enforce, unreachable: refuse'),
      local("loose", 'tracking_uri: "http://127.0.0.1:9", gate: enforce'),
    ].join(""),
  );
  await configure(folder.path, model, settings);
  await write(folder.path, "src/projects/recsys/Dockerfile", "FROM python:3.11-slim\n");
  return folder;
}

export function configure(root: string, model: string, settings: string): Promise<void> {
  return write(
    root,
    "src/projects/recsys/config.yaml",
    projectYaml("recsys", step).replace(
      "model: { required: false }",
      `model: { name: ${model}${settings} }`,
    ),
  );
}

/** What a command prints, the same each time, and how it ends. */
export async function shown(cwd: string, command: string, ...more: string[]): Promise<string> {
  const { code, out, err } = await esteira(cwd, [...command.split(" "), ...more]);
  const text = steady([out, err].filter(Boolean).join("\n"))
    .replaceAll(/http:\/\/127\.0\.0\.1:\d{4,}/g, "<mlflow>")
    .replaceAll(/\b[0-9a-f]{32}\b/g, "<run>")
    .replaceAll(/\b\d+ms\b/g, "<s>")
    // What takes longer than a second has a line when it is done: on a busy machine.
    .replaceAll(/^ {2}\S+ {2}.* \(<s>\)\n/gm, "")
    .replaceAll(/(?:^[▸✓✗] \S+ {2}.*\n)+/gm, byProject);
  return `${text}\n[${code}]`;
}

/**
 * Projects are deployed side by side: each one's lines in their order, one project after another.
 */
function byProject(lines: string): string {
  const projectOf = (line: string): string => line.split(/ +/)[1] ?? "";
  return lines
    .split(/(?<=\n)/)
    .toSorted((one, other) => projectOf(one).localeCompare(projectOf(other)))
    .join("");
}
