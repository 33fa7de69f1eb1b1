import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { addressOf } from "../../app/addresses.ts";
import { Empty } from "../../parts/states.tsx";
import { Glyph, outcomeOfRun } from "../../parts/outcome.tsx";
import { Moment, Took } from "../../parts/when.tsx";
import { projectWords } from "./words.ts";

type Run = ConsoleDocument<"runs">["runs"][number];

/**
 * Runs, the newest first: what came of each, and why it was started, where that is worth a word.
 */
export function RunTable({
  environment,
  runs,
  full = false,
}: {
  readonly environment: string;
  readonly runs: readonly Run[];
  /** With versions and who started them. */
  readonly full?: boolean;
}) {
  const words = projectWords();
  if (runs.length === 0) return <Empty title={words.noRuns}>{words.noRunsHelp}</Empty>;
  return (
    <table class="runs">
      <thead class={full ? "" : "unseen"}>
        <tr>
          <th colSpan={2}>{words.when}</th>
          <th class="number">{words.duration}</th>
          {full && <th>{words.version}</th>}
          {full && <th class="wide">{words.by}</th>}
          <th>{words.what}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.run}>
            <td>
              <Glyph of={outcomeOfRun(run)} alone />
            </td>
            <td>
              <a class="link" href={addressOf.run(environment, run.run)} title={run.run}>
                <Moment at={run.startedAt} />
              </a>
            </td>
            <td class="number">
              <Took from={run.startedAt} to={run.endedAt} />
            </td>
            {full && <td>{run.version}</td>}
            {full && <td class="wide">{run.actor}</td>}
            <td class="cut">
              {[words.started[run.trigger], run.failure].filter(Boolean).join(": ")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
