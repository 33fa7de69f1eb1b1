import "./states.css";
import type { ComponentChildren } from "preact";

import type { Loaded } from "../api/documents.ts";
import type { Problem } from "../api/problem.ts";
import { catalogue } from "../words/language.ts";
import { Command } from "./command.tsx";
import { Glyph } from "./outcome.tsx";
import { Ago } from "./when.tsx";

const words = catalogue(
  { loading: "Loading", from: "What is shown is from" },
  { loading: "Carregando", from: "O que aparece é de" },
);

/**
 * Why something can't be shown, in the form of a diagnosis: what happened, then what to do, with
 * the commands in it to copy.
 *
 * @param since when what is still shown was read, in milliseconds since 1970
 */
export function Trouble({
  problem,
  since,
}: {
  readonly problem: Problem;
  readonly since?: number | undefined;
}) {
  return (
    <div class="trouble" role="alert">
      <p class={`what ${problem.reason === "not-found" ? "none" : "late"}`}>
        <Glyph of={problem.reason === "not-found" ? "none" : "late"} />
        {problem.message}
      </p>
      {since !== undefined && (
        <p>
          {words().from} <Ago at={since} />
        </p>
      )}
      {problem.help !== undefined && <Help text={problem.help} />}
    </div>
  );
}

/** Advice; a command at its end can be copied. */
export function Help({ text }: { readonly text: string }) {
  const command = /^(?:(?<lead>.*): )?(?<line>(?:esteira|aws|git|docker|npm|uv|pip) [^\n]+)$/s.exec(
    text,
  )?.groups;
  if (command === undefined) return <p>{text}</p>;
  return (
    <>
      {command["lead"] !== undefined && <p>{command["lead"]}:</p>}
      <Command line={command["line"] ?? ""} />
    </>
  );
}

/** Something that isn't there, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="trouble">
      <p class="what">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** Rows that have their height before their data. */
export function LoadingRows({
  rows,
  height = 24,
}: {
  readonly rows: number;
  readonly height?: number;
}) {
  return (
    <div class="blanks" role="status" aria-label={words().loading}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} style={{ height: `${height}px` }}>
          <i style={{ inlineSize: `${24 + ((row * 37) % 48)}%` }} />
        </div>
      ))}
    </div>
  );
}

/**
 * A document in each of its states: its rows to come, why it isn't there, or what `children` makes
 * of it; where it is old because it can't be read, that is said above it.
 */
export function Shown<A>({
  document,
  rows = 4,
  children,
}: {
  readonly document: Loaded<A>;
  readonly rows?: number;
  readonly children: (value: A) => ComponentChildren;
}) {
  const { value, problem, at } = document;
  return (
    <>
      {problem !== undefined && (
        <Trouble problem={problem} since={value === undefined ? undefined : at} />
      )}
      {value === undefined ? problem === undefined && <LoadingRows rows={rows} /> : children(value)}
    </>
  );
}
