import { useSignal } from "@preact/signals";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { type Address, addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { parameter, withParameters } from "../../app/location.ts";
import { outcomeOf, outcomeWords } from "../../parts/outcome.tsx";
import { Empty, Shown } from "../../parts/states.tsx";
import { Durations } from "./durations.tsx";
import type { PartProperties } from "./about.ts";
import { RunTable } from "./run-table.tsx";
import { projectWords } from "./words.ts";

const statuses = ["FAILED", "RUNNING", "SUCCEEDED", "TIMED_OUT", "ABORTED"] as const;

/** All runs of a project, by state. */
export function Runs({ environment, about }: PartProperties) {
  const { project } = about;
  const words = projectWords();
  const status = statuses.find((one) => one === parameter("status"));
  // Pages that were asked for, each from the cursor of the one before.
  const cursors = useSignal<readonly string[]>([]);
  const page = (cursor?: string) =>
    addressFor("projectRuns", { env: environment, project }, { limit: 50, status, cursor });
  return (
    <>
      <Durations environment={environment} about={about} />
      <section class="section">
        <header>
          <h2>{words.recent}</h2>
          <span class="choice push" role="group" aria-label={words.recent}>
            {[undefined, ...statuses].map((one) => (
              <a
                key={one}
                href={withParameters({ status: one })}
                aria-current={one === status ? "true" : undefined}
                onClick={() => {
                  cursors.value = [];
                }}
              >
                {one === undefined ? words.anyStatus : outcomeWords()[outcomeOf(one)]}
              </a>
            ))}
          </span>
        </header>
        {[undefined, ...cursors.value].map((cursor, index) => (
          <PageOfRuns
            key={`${status} ${cursor}`}
            environment={environment}
            address={page(cursor)}
            filtered={status !== undefined}
            more={
              index === cursors.value.length
                ? (next) => {
                    cursors.value = [...cursors.value, next];
                  }
                : undefined
            }
          />
        ))}
      </section>
    </>
  );
}

function PageOfRuns({
  environment,
  address,
  filtered,
  more,
}: {
  readonly environment: string;
  readonly address: Address<ConsoleDocument<"runs">>;
  readonly filtered: boolean;
  readonly more: ((cursor: string) => void) | undefined;
}) {
  const runs = useDocument(address, [`fleet:${environment}`]);
  return (
    <Shown document={runs} rows={12}>
      {({ runs: list, next }) => (
        <>
          {list.length === 0 && filtered ? (
            <Empty title={projectWords().noneOfStatus} />
          ) : (
            <RunTable environment={environment} runs={list} full />
          )}
          {next !== null && more !== undefined && (
            <button type="button" class="button" onClick={() => more(next)}>
              {projectWords().older}
            </button>
          )}
        </>
      )}
    </Shown>
  );
}
