import { addressOf } from "../../app/addresses.ts";
import { minute } from "../../app/clock.ts";
import type { Night } from "../../parts/nights.ts";
import { Glyph, type Outcome, outcomeOf } from "../../parts/outcome.tsx";
import { Strip } from "../../parts/strip.tsx";
import { Took } from "../../parts/when.tsx";
import { clock, relative } from "../../words/format.ts";
import type { FleetRow } from "./groups.ts";
import { fleetWords } from "./words.ts";

const ofState: Readonly<Record<FleetRow["state"], Outcome>> = {
  failed: "failed",
  late: "late",
  running: "running",
  held: "held",
  disabled: "held",
  well: "succeeded",
  never: "none",
};

/** What a project's state is shown as. */
export function outcomeOfRow(row: FleetRow): Outcome {
  if (row.state === "running" && row.lastRun?.interrupted === true) return "interrupted";
  if (row.state === "failed" && row.lastRun?.status === "TIMED_OUT") return "timed-out";
  return ofState[row.state];
}

/** Where a row leads: to the run that is the reason, else to the project. */
export function addressOfRow(environment: string, row: FleetRow): string {
  return ["failed", "late", "running"].includes(row.state) && row.lastRun !== null
    ? addressOf.run(environment, row.lastRun.run)
    : addressOf.project(environment, row.project);
}

/** A project of the fleet in one line. */
export function Row({
  environment,
  row,
  zone,
  chosen,
}: {
  readonly environment: string;
  readonly row: FleetRow;
  readonly zone: string;
  readonly chosen: boolean;
}) {
  const { project, deployed, lastRun } = row;
  const why = whyOf(row);
  const needs = ["failed", "late"].includes(row.state);
  return (
    <div class={`row ${needs ? "needs" : ""} ${chosen ? "chosen" : ""}`} role="row">
      <span role="cell">
        <Glyph of={outcomeOfRow(row)} alone />
      </span>
      <span role="rowheader" class="name cut">
        <a href={addressOfRow(environment, row)} class="cover" data-project={project}>
          {project}
        </a>
      </span>
      <span role="cell">
        <Strip nights={row.nights.map(nightOf)} />
      </span>
      <span role="cell" class="took">
        {lastRun === null ? "–" : <Took from={lastRun.startedAt} to={lastRun.endedAt} />}
      </span>
      <span role="cell" class="version cut">
        {deployed?.version ?? "–"}
      </span>
      <span role="cell" class="next cut">
        <Next row={row} zone={zone} />
      </span>
      <span role="cell" class="model cut">
        <Model row={row} />
      </span>
      <span role="cell" class="flags">
        <Flags row={row} />
      </span>
      <span role="cell" class={`why cut ${row.diagnosis === null ? "quiet" : ""}`} title={why}>
        {why}
      </span>
    </div>
  );
}

const nightOf = (cell: FleetRow["nights"][number]): Night | undefined =>
  cell === null ? undefined : { outcome: outcomeOf(cell.outcome), milliseconds: cell.durationMs };

function whyOf({ diagnosis, failedDeploy, hold, deployed, inWorkspace }: FleetRow): string {
  if (diagnosis !== null) return diagnosis.message;
  if (failedDeploy !== null && failedDeploy.error !== null) return failedDeploy.error;
  if (hold !== null) return hold;
  if (deployed === null) return fleetWords().notDeployed;
  return inWorkspace ? "" : fleetWords().gone;
}

function Next({ row: { next }, zone }: { readonly row: FleetRow; readonly zone: string }) {
  if (next.kind !== "at") return <small>–</small>;
  return (
    <time dateTime={new Date(next.at).toISOString()}>
      {clock(next.at, "time", zone)} <small>{relative(next.at, minute.value)}</small>
    </time>
  );
}

function Model({ row: { model } }: { readonly row: FleetRow }) {
  if (model === null || model.version === null) return <small>–</small>;
  return (
    <span title={fleetWords().observed(relative(model.observedAt, minute.value))}>
      v{model.version} <small>{model.stage}</small>
    </span>
  );
}

function Flags({ row }: { readonly row: FleetRow }) {
  const { drift, state, hold, failedDeploy, inWorkspace } = row;
  return (
    <>
      {failedDeploy !== null && (
        <span class="tag failed">
          <Glyph of="failed" />
          {fleetWords().deployFailed}
        </span>
      )}
      {drift !== null && drift.resources > 0 && (
        <span
          class="tag drift"
          title={fleetWords().observed(relative(drift.observedAt, minute.value))}
        >
          {fleetWords().drift(drift.resources)}
        </span>
      )}
      {hold !== null && (
        <span class="tag held">
          <Glyph of="held" />
          {state === "disabled" ? fleetWords().off : fleetWords().held}
        </span>
      )}
      {!inWorkspace && (
        <span class="tag none">
          <Glyph of="none" />
          {fleetWords().gone}
        </span>
      )}
    </>
  );
}
