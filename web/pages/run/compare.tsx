import { addressOf } from "../../app/addresses.ts";
import type { Loaded } from "../../api/documents.ts";
import { Shown } from "../../parts/states.tsx";
import { clock, count, duration, measure } from "../../words/format.ts";
import type { Comparison } from "./diagnosis.tsx";
import { runWords } from "./words.ts";

/** Durations that differ by less are as good as equal. */
const alike = 0.1;

/** What differs between a run and the last good one of its project. */
export function Compare({
  environment,
  compared,
}: {
  readonly environment: string;
  readonly compared: Loaded<Comparison>;
}) {
  const words = runWords().compare;
  const good = compared.value?.good ?? undefined;
  return (
    <section class="section compare" id="compare" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        {good !== undefined && (
          <a class="link push" href={addressOf.run(environment, good.run)}>
            {clock(good.startedAt, "moment")}
            {good.endedAt !== null && `, ${duration(good.endedAt - good.startedAt)}`}
          </a>
        )}
      </header>
      <Shown document={compared} rows={5}>
        {(value) => (value.good === null ? <p class="dim">{words.none}</p> : <Table of={value} />)}
      </Shown>
    </section>
  );
}

function Table({ of }: { readonly of: Comparison }) {
  const words = runWords().compare;
  const { good, run, code, config, model, parameters, durations } = of;
  // What a run that isn't over has not come to yet is no difference.
  const isToCome = ({ afterMs }: Durations): boolean => run.endedAt === null && afterMs === null;
  const shown = durations.filter((one) => !isAlike(one) && !isToCome(one));
  const longest = Math.max(1, ...durations.flatMap((one) => [one.beforeMs ?? 0, one.afterMs ?? 0]));
  return (
    <>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">{words.what}</th>
            <th scope="col">{words.was}</th>
            <th scope="col">{words.is}</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map(({ name, before, after }) => (
            <Difference
              key={name}
              what={name}
              was={before ?? words.unset}
              is={after ?? words.unset}
            />
          ))}
          {good !== null && good.version !== run.version && (
            <Difference what={words.version} was={good.version} is={run.version} />
          )}
          {code.changed && (
            <Difference
              what={words.code}
              was={code.commitBefore?.slice(0, 8) ?? "–"}
              is={code.commitAfter?.slice(0, 8) ?? words.changed}
            />
          )}
          {model.before !== model.after && (
            <Difference
              what={words.model}
              was={versionOf(model.before)}
              is={versionOf(model.after)}
            />
          )}
          {config.map(({ path, before, after }) => (
            <Difference key={path} what={path} was={shortly(before)} is={shortly(after)} />
          ))}
          {shown.map((one) => (
            <Lengths key={one.step} of={one} longest={longest} />
          ))}
        </tbody>
      </table>
      <Equal of={of} durations={durations.filter(isAlike).length} />
    </>
  );
}

function Difference({
  what,
  was,
  is,
}: {
  readonly what: string;
  readonly was: string;
  readonly is: string;
}) {
  const words = runWords().compare;
  return (
    <tr>
      <td>
        {what.split(/(?<=\.)/).map((part) => (
          <>
            {part}
            <wbr />
          </>
        ))}
      </td>
      <td data-as={words.wasShort}>
        <del>{was}</del>
      </td>
      <td data-as={words.isShort}>
        <ins>{is}</ins>
      </td>
    </tr>
  );
}

type Durations = Comparison["durations"][number];

function Lengths({ of, longest }: { readonly of: Durations; readonly longest: number }) {
  const words = runWords().compare;
  const { step, beforeMs, afterMs } = of;
  const factor = beforeMs !== null && afterMs !== null && beforeMs > 0 ? afterMs / beforeMs : null;
  const isLonger = factor !== null && factor > 1 + alike;
  return (
    <tr>
      <td>{step}</td>
      <td data-as={words.wasShort}>
        <Length milliseconds={beforeMs} longest={longest} />
      </td>
      <td data-as={words.isShort} class={isLonger ? "longer" : ""}>
        <Length milliseconds={afterMs} longest={longest} />
        {factor !== null && <small> {words.times(measure(Math.round(factor * 10) / 10))}</small>}
      </td>
    </tr>
  );
}

function Length({
  milliseconds,
  longest,
}: {
  readonly milliseconds: number | null;
  readonly longest: number;
}) {
  if (milliseconds === null) return <span class="dim">{runWords().compare.notRun}</span>;
  return (
    <>
      <span class="length">{duration(milliseconds)}</span>
      <i class="delta" style={{ width: `${Math.max(2, (milliseconds / longest) * 96)}px` }} />
    </>
  );
}

function isAlike({ beforeMs, afterMs }: Durations): boolean {
  if (beforeMs === null || afterMs === null) return beforeMs === afterMs;
  // Below a second, what is measured is mostly the machine.
  return Math.abs(afterMs - beforeMs) <= Math.max(1_000, beforeMs * alike);
}

function Equal({ of, durations }: { readonly of: Comparison; readonly durations: number }) {
  const { equal, equalParts } = runWords().compare;
  const { code, config, model, parameters } = of;
  const parts = [
    ...(code.changed ? [] : [equalParts.code]),
    ...(config.length > 0 ? [] : [equalParts.config]),
    ...(model.before !== model.after ? [] : [equalParts.model]),
    ...(parameters.length > 0 ? [] : [equalParts.parameters]),
    ...(durations === 0 ? [] : [equalParts.durations(count(durations))]),
  ];
  if (parts.length === 0) return null;
  return (
    <p class="same">
      {equal}: {parts.join(", ")}
    </p>
  );
}

const versionOf = (version: string | null): string => (version === null ? "–" : `v${version}`);

/** A value of a release's field on one line. */
function shortly(value: unknown): string {
  if (value === null || value === undefined) return runWords().compare.unset;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
