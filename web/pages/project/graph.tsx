import "./graph.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { addressOf } from "../../app/addresses.ts";
import { narrow } from "../../app/screen.ts";
import { Empty, LoadingRows } from "../../parts/states.tsx";
import { type Outcome, outcomeOf, outcomeWords } from "../../parts/outcome.tsx";
import { duration } from "../../words/format.ts";
import type { GraphToLayOut, LaidOut } from "./layout.ts";
import type { PartProperties, ProjectDocument } from "./about.ts";
import { projectWords } from "./words.ts";

type Step = ProjectDocument["steps"][number];

const height = 44;
/** Between steps, from top to bottom, and around the graph; the layout has the same. */
const gapOf = (down: boolean): number => (down ? 28 : 22);
const margin = 16;
const widthOf = (down: boolean): number => (down ? 144 : 168);

/** The pipeline as a graph; each step has its state in the newest run, and leads to it. */
export function Graph({ environment, about }: PartProperties) {
  const { steps, lastRun } = about;
  const laid = useSignal<LaidOut | undefined>(undefined);
  const down = narrow.value;
  const shape = JSON.stringify(steps.map(({ id, dependsOn }) => ({ id, dependsOn })));
  useEffect(() => {
    if (steps.length === 0) return undefined;
    const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<LaidOut>) => {
      laid.value = data;
      worker.terminate();
    });
    const nodes = JSON.parse(shape) as GraphToLayOut["nodes"];
    worker.postMessage({ nodes, width: widthOf(down), height, down } satisfies GraphToLayOut);
    return () => worker.terminate();
  }, [shape, down]);
  if (steps.length === 0) return <Empty title={projectWords().noRelease} />;
  if (laid.value === undefined || steps.some(({ id }) => laid.value?.nodes[id] === undefined)) {
    return (
      <div class="graph" style={{ minHeight: `${heightToCome(steps, down)}px` }}>
        <LoadingRows rows={4} />
      </div>
    );
  }
  const { nodes, edges, width: all, height: tall } = laid.value;
  return (
    <div class="graph" tabIndex={0} role="group" aria-label={projectWords().scroll}>
      <svg viewBox={`0 0 ${all} ${tall}`} width={all} height={tall}>
        {edges.map((points, index) => (
          <path key={index} class="edge" d={curve(points, down)} />
        ))}
        {steps.map((step) => (
          <Node
            key={step.id}
            step={step}
            at={nodes[step.id] ?? { x: 0, y: 0 }}
            address={
              lastRun === null
                ? undefined
                : `${addressOf.run(environment, lastRun.run)}?step=${encodeURIComponent(step.id)}`
            }
          />
        ))}
      </svg>
    </div>
  );
}

/** The height of the drawing, by how many steps are after each other, or beside each other. */
function heightToCome(steps: readonly Step[], down: boolean): number {
  const ranks = new Map<string, number>();
  for (const { id, dependsOn } of steps)
    ranks.set(id, Math.max(0, ...dependsOn.map((before) => (ranks.get(before) ?? 0) + 1)));
  const all = [...ranks.values()];
  const beside = all.map((rank) => all.filter((other) => other === rank).length);
  const lines = down ? Math.max(...all) + 1 : Math.max(...beside);
  return lines * height + (lines - 1) * gapOf(down) + 2 * margin;
}

function Node({
  step,
  at,
  address,
}: {
  readonly step: Step;
  readonly at: { readonly x: number; readonly y: number };
  readonly address: string | undefined;
}) {
  const outcome = step.status === null ? "none" : outcomeOf(step.status);
  const below = belowName(step, outcome);
  const width = widthOf(narrow.value);
  const [left, top] = [at.x - width / 2, at.y - height / 2];
  const letters = narrow.value ? 16 : 20;
  const inside = (
    <>
      {step.forEach && (
        <rect class="under" x={left + 4} y={top + 4} width={width} height={height} rx={5} />
      )}
      <rect x={left} y={top} width={width} height={height} rx={5} />
      <g role="img" aria-label={outcomeWords()[outcome]}>
        <Mark of={outcome} x={left + 15} y={top + 15} />
      </g>
      <text x={left + 28} y={top + 19}>
        {fit(step.name, step.forEach ? letters - 3 : letters)}
        {step.forEach && <tspan class="small"> ×n</tspan>}
      </text>
      <text class="small" x={left + 28} y={top + 34}>
        {below}
      </text>
    </>
  );
  if (address === undefined) return <g class={outcome}>{inside}</g>;
  return (
    <a href={address} class={outcome}>
      {inside}
    </a>
  );
}

function belowName({ status, durationMs }: Step, outcome: Outcome): string {
  const words = projectWords();
  const took = durationMs === null ? undefined : duration(durationMs);
  if (status === "pending") return words.notReached;
  if (status === null) return "–";
  return outcome === "succeeded"
    ? (took ?? "")
    : [outcomeWords()[outcome], took].filter(Boolean).join(", ");
}

/** The shapes of `outcome.css`, drawn. */
function Mark({ of, x, y }: { readonly of: Outcome; readonly x: number; readonly y: number }) {
  const shift = `translate(${x - 5} ${y - 5})`;
  switch (of) {
    case "succeeded":
      return <circle class="mark" cx={x} cy={y} r={5} />;
    case "failed":
      return (
        <path
          class="mark"
          transform={shift}
          d="M2 0 5 3 8 0 10 2 7 5 10 8 8 10 5 7 2 10 0 8 3 5 0 2Z"
        />
      );
    case "timed-out":
      return <path class="mark" transform={shift} d="M.5 0H9.5L6 5 9.5 10H.5L4 5Z" />;
    case "running":
    case "starting":
    case "waiting":
      return <circle class="ring" cx={x} cy={y} r={4} pathLength={10} />;
    case "stopped":
      return <rect class="mark" x={x - 4} y={y - 4} width={8} height={8} />;
    case "skipped":
      return <rect class="mark" x={x - 5} y={y - 1} width={10} height={2} />;
    default:
      return <circle class="mark" cx={x} cy={y} r={2} />;
  }
}

const fit = (name: string, most: number): string =>
  name.length <= most ? name : `${name.slice(0, most - 1)}…`;

/** A line through its points that leaves and arrives straight. */
function curve(points: LaidOut["edges"][number], down: boolean): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let before = first;
  const parts = rest.map((point) => {
    const middle = down ? (before.y + point.y) / 2 : (before.x + point.x) / 2;
    const part = down
      ? `C${before.x} ${middle} ${point.x} ${middle} ${point.x} ${point.y}`
      : `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    before = point;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join("")}`;
}
