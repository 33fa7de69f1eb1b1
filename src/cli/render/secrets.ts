import type { SecretRow, SecretState } from "../../app/secrets/list-secrets.ts";
import type { NamedSecret } from "../../app/secrets/named-secret.ts";
import { suggestion } from "../../app/names.ts";
import { indexSecrets } from "../../config/shared-secrets.ts";
import { relative } from "../../core/text.ts";
import type { Surroundings } from "./run.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

const words: Readonly<Record<SecretState, string>> = {
  set: "set",
  environment: "from your environment",
  missing: "missing",
  unused: "no config names it",
};

/** One line a secret: what `secrets list` shows. */
export function renderSecrets(
  rows: readonly SecretRow[],
  around: Surroundings,
  environment: string,
): string[] {
  const { style } = around;
  const lines = table(
    rows,
    [
      { title: "name", cell: ({ variable, name }) => variable ?? name, paint: style.bold },
      {
        title: "project",
        cell: ({ projects, shared }) => `${shared ? "shared: " : ""}${projects.join(", ")}`,
        shrinkTo: 12,
      },
      {
        title: "state",
        cell: ({ state }) => words[state],
        paint: (text, row) => paint(text, row, style),
      },
      { title: "kept in", cell: keptIn, shrinkTo: 20, drop: 1, paint: style.dim },
      {
        title: "changed",
        cell: ({ changedAt }) => (changedAt === undefined ? "" : relative(changedAt, around.now)),
        drop: 2,
      },
    ],
    { style, width: around.width },
  );
  const missing = rows.find(({ state }) => state === "missing");
  if (missing === undefined) return lines;
  return [
    ...lines,
    "",
    `  ${style.dim("$")} ${suggestion(environment, "secrets set", missing.variable ?? missing.name)}`,
  ];
}

/** Who is concerned when a secret changes: `Steps of recsys get it when they next start.` */
export function whoGetsIt({
  projects,
  variable,
  owner,
}: Pick<NamedSecret, "projects" | "variable" | "owner">): string {
  if (owner === indexSecrets) {
    return `It opens the index that packages of ${projects.join(", ")} come from.`;
  }
  return projects.length === 0
    ? `No config names it yet: ${variable}: "shared:${variable}" under runtime.secrets does.`
    : `Steps of ${projects.join(", ")} get it when they next start.`;
}

function keptIn({ where, name, shared, variable }: SecretRow): string {
  const own = variable === undefined || variable === name || !shared || where.endsWith(name);
  return own ? where : `${where} (${name})`;
}

function paint(text: string, { state }: SecretRow, style: Style): string {
  if (state === "missing") return style.red(text);
  return state === "unused" ? style.yellow(text) : style.green(text);
}
