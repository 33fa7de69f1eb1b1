import type { Json } from "../../core/json.ts";
import {
  isEmptyPlan,
  type ArtifactRetention,
  type Change,
  type FieldChange,
  type Plan,
  type ProjectPlan,
  type StepCacheForecast,
} from "../../platform/plan.ts";
import { cacheMissText } from "../../runs/step-cache.ts";
import type { Paint, Style } from "./style.ts";
import { pad, truncate, widthOf, wrap } from "./text.ts";
import { count } from "../../core/text.ts";

const marks = { create: "+", update: "~", replace: "±", remove: "-", unchanged: "=" } as const;

const causes = {
  "esteira-changed":
    "changes because Esteira changed; its config and sources are those that are deployed",
} as const satisfies Record<NonNullable<ProjectPlan["cause"]>, string>;

/** A longer path is on a separate line. */
const widestPath = 40;

/** So many projects without a change are shown one by one. */
const shownUnchanged = 5;

/**
 * A tree a project and the totals: what `plan` shows, and `deploy` and `destroy` before they act.
 */
export function renderPlan(
  plan: Plan,
  around: {
    readonly style: Style;
    readonly width: number;
    /** What the totals are of; absent: `in 2 projects`. */
    readonly where?: string;
  },
): string[] {
  const quiet = plan.projects.filter(isQuiet);
  const fold = quiet.length > shownUnchanged;
  const shown = fold ? plan.projects.filter((project) => !isQuiet(project)) : plan.projects;
  const blocks = shown.map((project) => renderProject(project, around));
  if (fold) {
    const others = shown.length === 0 ? "projects" : "other projects";
    blocks.push([around.style.dim(`= nothing to change in ${quiet.length} ${others}`)]);
  }
  const passed = plan.projects.filter(({ passedOver }) => passedOver === true).length;
  blocks.push([
    renderTotals(plan, around.style, around.where),
    ...(plan.retention === undefined
      ? []
      : wrap(retentionText(plan.retention), around.width).map(around.style.dim)),
    ...(passed === 0
      ? []
      : wrap(
          `${count(passed, "project")} passed over by the commit mark, without comparing fields: name a project, or --refresh, to see what was changed by hand`,
          around.width,
        ).map(around.style.dim)),
  ]);
  return blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

/** What is said when somebody else was faster, and the plan was made again under the lease. */
export function renderReplanned(
  plan: Plan,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style, width } = around;
  const changed = `somebody else has changed ${plan.environment} since the plan was made; it was planned again`;
  return isEmptyPlan(plan)
    ? bullet("!", `${changed}, and nothing is left to change`, style.yellow, width)
    : [
        ...bullet("!", `${changed}, and this is left:`, style.yellow, width),
        "",
        ...renderPlan(plan, around),
        "",
      ];
}

/** Nothing changes, and nothing is to be said about it. */
function isQuiet({ hold, warnings, changes, caches }: ProjectPlan): boolean {
  return (
    hold === undefined &&
    caches === undefined &&
    warnings.length === 0 &&
    changes.every((change) => change.action === "unchanged" && heldSchedule(change) === undefined)
  );
}

function retentionText({ days, expiredRuns }: ArtifactRetention): string {
  const rule = `artifacts older than ${count(days, "day")} are removed by gc and up, but the last good run's and what a cache names`;
  return expiredRuns === undefined ? rule : `${rule}: now those of ${count(expiredRuns, "run")}`;
}

function forecastText(forecast: StepCacheForecast): string {
  return forecast.outcome === "taken"
    ? `the next run takes ${forecast.step} from run ${forecast.run}, unless its inputs differ`
    : `the next run runs ${forecast.step}: ${cacheMissText(forecast)}`;
}

/** Why a schedule stays disabled: worth a word though nothing changes. */
function heldSchedule({ kind, action, note }: Change): string | undefined {
  return kind === "schedule" && action === "unchanged" ? note : undefined;
}

function renderProject(
  project: ProjectPlan,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style } = around;
  const release =
    project.fingerprint === undefined ? "" : ` ${style.dim(project.fingerprint.slice(0, 8))}`;
  const lines = [`${style.bold(project.project)}${release}`];
  if (project.hold !== undefined) {
    lines.push(...bullet("!", `held: ${project.hold}`, style.yellow, around.width));
  }
  if (project.cause !== undefined) {
    lines.push(...bullet("i", causes[project.cause], style.dim, around.width));
  }
  for (const warning of project.warnings) {
    lines.push(...bullet("!", warning, style.yellow, around.width));
  }
  for (const forecast of project.caches ?? []) {
    lines.push(...bullet("i", forecastText(forecast), style.dim, around.width));
  }
  const unchanged = project.changes.every((change) => change.action === "unchanged");
  if (unchanged && project.hold === undefined) {
    for (const change of project.changes) {
      const held = heldSchedule(change);
      if (held === undefined) continue;
      lines.push(...bullet("!", `${change.name} ${held}`, style.yellow, around.width));
    }
    lines.push(`  ${style.dim("= nothing to change")}`);
    return lines;
  }
  const kindWidth = Math.max(0, ...project.changes.map((change) => change.kind.length));
  for (const change of project.changes) lines.push(...renderChange(change, kindWidth, around));
  return lines;
}

function renderChange(
  change: Change,
  kindWidth: number,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style, width } = around;
  const paint = paintOf(change.action, style);
  const drift = change.drift ? ` ${style.yellow("(changed by somebody else)")}` : "";
  // What doesn't fit beside the name is below it, whole: which Python, installed by what, and why.
  const room = width - kindWidth - 8 - change.name.length;
  const beside = change.note !== undefined && widthOf(change.note) <= room;
  const note = beside ? `  ${style.dim(change.note ?? "")}` : "";
  const below = beside || change.note === undefined ? [] : wrap(change.note, width - 6);
  const head = `  ${paint(`${marks[change.action]} ${pad(change.kind, kindWidth)}`)}  ${change.action === "unchanged" ? style.dim(change.name) : change.name}${note}${drift}`;
  const lengths = change.fields.map((field) => field.path.length);
  const pathWidth = Math.max(0, ...lengths.filter((length) => length <= widestPath));
  return [
    head,
    ...below.map((line) => `      ${style.dim(line)}`),
    ...change.fields.flatMap((field) => renderField(field, pathWidth, around)),
  ];
}

function renderField(
  field: FieldChange,
  pathWidth: number,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style, width } = around;
  const indent = "      ";
  const arrow = style.dim("→");
  const [before, after] = [field.before, field.after].map(valueText) as [string, string];
  const show = (room: number): string => {
    const [old, young] = excerpts(before, after, Math.max(12, Math.floor((room - 3) / 2)));
    return `${style.red(old)} ${arrow} ${style.green(young)}`;
  };
  if (field.path.length > pathWidth) {
    const path = style.dim(truncate(field.path, width - indent.length));
    return [`${indent}${path}`, `${indent}  ${show(width - indent.length - 2)}`];
  }
  const room = width - indent.length - pathWidth - 2;
  return [`${indent}${style.dim(pad(field.path, pathWidth))}  ${show(room)}`];
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  // Of a hash nobody reads more than its beginning.
  if (typeof value === "string" && /^([0-9a-f]{32}){1,2}$/.test(value)) return value.slice(0, 12);
  // What stands for a value is none: `(known after deploy)`.
  if (typeof value === "string" && /^\([a-z ]+\)$/.test(value)) return value;
  return JSON.stringify(value);
}

/** Both values cut to the room that there is, from where they begin to differ. */
function excerpts(before: string, after: string, room: number): [string, string] {
  if (before.length <= room && after.length <= room) return [before, after];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  // Some of what is the same shows what it is that differs.
  const from = Math.max(0, same - Math.floor(room / 2));
  const cut = (text: string): string => truncate(from > 1 ? `…${text.slice(from)}` : text, room);
  return [cut(before), cut(after)];
}

/** `Plan for local: 8 to create, 1 to update, 0 to remove in 2 projects.` */
export function renderTotals(plan: Plan, style: Style, where?: string): string {
  const active = plan.projects.filter((project) => project.hold === undefined);
  const changes = active.flatMap((project) => project.changes);
  const total = (...actions: readonly Change["action"][]): number =>
    changes.filter((change) => actions.includes(change.action)).length;
  const parts = [
    [total("create"), "to create", style.green],
    [total("update"), "to update", style.yellow],
    [total("replace"), "to replace", style.yellow],
    [total("remove"), "to remove", style.red],
  ] as const;
  const said = parts.filter(([number]) => number > 0);
  const place = where ?? `in ${count(plan.projects.length, "project")}`;
  if (said.length === 0) return `Plan for ${plan.environment}: nothing to change ${place}.`;
  const text = said.map(([number, words, paint]) => paint(`${number} ${words}`)).join(", ");
  return `Plan for ${plan.environment}: ${text} ${place}.`;
}

function bullet(mark: string, text: string, paint: Paint, width: number): string[] {
  return wrap(text, width - 4).map((line, index) =>
    index === 0 ? `  ${paint(`${mark} ${line}`)}` : `    ${paint(line)}`,
  );
}

function paintOf(action: Change["action"], style: Style): Paint {
  return {
    create: style.green,
    update: style.yellow,
    replace: style.yellow,
    remove: style.red,
    unchanged: style.dim,
  }[action];
}
