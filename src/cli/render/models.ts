import { suggestion } from "../../app/names.ts";
import { ownValue } from "../../core/own.ts";
import type { DeployedModel } from "../../app/deploy/deployed-model.ts";
import type { ModelStanding } from "../../app/deploy/model-standing.ts";
import type { ComparedRow, ModelComparison } from "../../model-registry/compare.ts";
import { whereIs } from "../../model-registry/gate.ts";
import { meets, parseMetricRule } from "../../model-registry/metric-rule.ts";
import type { ModelVersion } from "../../model-registry/registry.ts";
import type { Surroundings } from "./run.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";
import { wrap } from "./text.ts";
import { dateTime } from "./time.ts";

/** What `model show` knows. */
export interface ModelScreen extends ModelStanding {
  readonly gate: "enforce" | "warn" | "off";
  /** What steps get now. */
  readonly deployed: DeployedModel;
}

export function renderModel(screen: ModelScreen, around: Surroundings): string[] {
  const { question, gate, wanted, answer, version, facts, placed } = screen;
  const { style } = around;
  const { model, environment, address } = question;
  const rows: (readonly [string, string])[] = [
    ["registry", address],
    [environment, asks(screen)],
  ];
  if (version !== undefined) {
    const chosen = `version ${version.version}, in ${answer.place ?? whereIs(version)}`;
    const promoted =
      answer.promotion === undefined
        ? ""
        : `; a deploy promotes it to ${answer.promotion.to}${answer.promotion.replaces === undefined ? "" : `, in place of ${answer.promotion.replaces}`}`;
    const mark = answer.refusal === undefined ? style.green("✓") : style.red("✗");
    rows.push(["a deploy takes", `${mark} ${chosen}${promoted}`]);
    if (version.run !== undefined) rows.push(["made by", `run ${version.run}`]);
    for (const [metric, value] of Object.entries(facts?.metrics ?? {})) {
      rows.push([
        "metric",
        `${metric} ${valueText(value)}${ruleText(ownValue(model.metrics, metric), value, style)}`,
      ]);
    }
  }
  if (gate !== "off" && model.required) rows.push(...uriRows(screen, style));
  const label = Math.max(...rows.map(([name]) => name.length));
  const refusal = answer.refusal;
  return [
    style.bold(model.name),
    "",
    ...rows.map(([name, value]) => `${style.dim(name.padEnd(label))}  ${value}`),
    ...(refusal === undefined || gate === "off" || !model.required
      ? []
      : [
          "",
          ...wrap(`✗ ${refusal.message}`, around.width).map(style.red),
          ...(refusal.help === undefined ? [] : wrap(`  ${refusal.help}`, around.width)),
        ]),
    ...(placed.length === 0 ? [] : ["", ...renderVersions(placed, around, version?.version)]),
  ];

  function asks({ question: { model: asked } }: ModelScreen): string {
    if (!asked.required) return "asks for nothing: the project's model isn't required";
    const from = `asks for ${wanted.join(" or ")}`;
    return gate === "off" ? `would ask for ${wanted.join(" or ")}, but its gate is off` : from;
  }
}

/** What steps find in `ESTEIRA_MODEL_URI` now, and after a deploy where that is another one. */
function uriRows(
  { answer, version, deployed, question: { project, environment } }: ModelScreen,
  style: Style,
): readonly (readonly [string, string])[] {
  const next =
    version === undefined || answer.refusal !== undefined
      ? undefined
      : `models:/${version.model}/${version.version}`;
  const after: readonly (readonly [string, string])[] =
    next === undefined ? [] : [["after a deploy", `ESTEIRA_MODEL_URI=${next}`]];
  if (deployed.kind !== "deployed") return after;
  if (deployed.uri === "") {
    const again = suggestion(environment, "deploy", project);
    const help = next === undefined ? "" : `; \`${again}\` gives it to them`;
    return [
      ["steps get", style.yellow(`none: it was deployed when no version was found${help}`)],
      ...after,
    ];
  }
  return [
    ["steps get", `ESTEIRA_MODEL_URI=${deployed.uri}`],
    ...(deployed.uri === next ? [] : after),
  ];
}

function ruleText(rule: string | undefined, value: number, style: Style): string {
  if (rule === undefined) return "";
  return meets(parseMetricRule(rule), value)
    ? ` ${style.green(`(${rule.trim()} ✓)`)}`
    : ` ${style.red(`(must be ${rule.trim()})`)}`;
}

/** A table of versions, newest first. */
export function renderVersions(
  versions: readonly ModelVersion[],
  around: Surroundings,
  chosen?: string,
): string[] {
  const { style } = around;
  return table(
    versions,
    [
      {
        title: "version",
        cell: ({ version }) => `${version === chosen ? "▸" : " "} ${version}`,
        paint: (text, { version }) => (version === chosen ? style.bold(text) : text),
      },
      {
        title: "in",
        cell: (version) => {
          const where = whereIs(version);
          return where === "no stage" ? "" : where;
        },
        paint: (text, { stage }) => (stage === "Archived" ? style.dim(text) : style.green(text)),
      },
      {
        title: "status",
        cell: ({ status }) => (status === "READY" ? "" : status),
        paint: style.yellow,
      },
      {
        title: "registered",
        cell: ({ createdAt }) =>
          createdAt === undefined ? "" : dateTime(createdAt, around.offset),
      },
      { title: "run", cell: ({ run }) => run ?? "", shrinkTo: 8, drop: 1 },
      { title: "description", cell: ({ description }) => description, shrinkTo: 12, drop: 2 },
    ],
    { style, width: around.width },
  );
}

/** Metrics and parameters of two versions side by side; what differs stands out. */
export function renderComparison(
  { before, after, metrics, parameters }: ModelComparison,
  rules: Readonly<Record<string, string>>,
  around: Surroundings,
): string[] {
  const { style } = around;
  const head = `${style.bold(before.model)}  version ${before.version} (${whereIs(before)}) and version ${after.version} (${whereIs(after)})`;
  const rows = [
    ...metrics.map((row) => ({ ...row, kind: "metric", change: changeOf(row) })),
    ...parameters.map((row) => ({
      ...row,
      kind: "parameter",
      change: row.before === row.after ? "" : "≠",
    })),
  ];
  if (rows.length === 0) return [head, "", "Nothing was logged of the runs that made them."];
  return [
    head,
    "",
    ...table<(typeof rows)[number]>(
      rows,
      [
        { title: "", cell: ({ kind }) => kind, paint: style.dim },
        { title: "name", cell: ({ name }) => name, shrinkTo: 12 },
        {
          title: before.version,
          align: "right",
          cell: (row) => valueText(row.before),
          shrinkTo: 8,
        },
        { title: after.version, align: "right", cell: (row) => valueText(row.after), shrinkTo: 8 },
        { title: "change", align: "right", cell: ({ change }) => change, paint: style.yellow },
        {
          title: "must be",
          cell: ({ kind, name }) => (kind === "metric" ? (rules[name] ?? "") : ""),
        },
      ],
      { style, width: around.width },
    ),
  ];
}

function changeOf({ before, after }: ComparedRow<number>): string {
  if (before === undefined || after === undefined || before === after) return "";
  const difference = after - before;
  return `${difference > 0 ? "+" : ""}${Number(difference.toPrecision(3))}`;
}

function valueText(value: string | number | undefined): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
}
