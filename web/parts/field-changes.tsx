import type { ComponentChildren } from "preact";

import { catalogue } from "../words/language.ts";

const words = catalogue(
  { field: "Field", before: "before", after: "after", absent: "absent" },
  { field: "Campo", before: "antes", after: "depois", absent: "ausente" },
);

interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Fields that differ, each with what it was and what it is. */
export function FieldChanges({
  fields,
  before,
  after,
}: {
  readonly fields: readonly FieldChange[];
  /** Heads of the columns; absent: before and after. */
  readonly before?: ComponentChildren;
  readonly after?: ComponentChildren;
}) {
  return (
    <table class="stack changes">
      <thead>
        <tr>
          <th>{words().field}</th>
          <th>{before ?? words().before}</th>
          <th>{after ?? words().after}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.path}>
            <td>
              <code>{field.path}</code>
            </td>
            <td data-as={words().before}>
              <del>
                <Value of={field.before} other={field.after} />
              </del>
            </td>
            <td data-as={words().after}>
              <Value of={field.after} other={field.before} changed />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A value as JSON has it, texts without quotes; of a list what is new is strong. */
function Value({
  of,
  other,
  changed = false,
}: {
  readonly of: unknown;
  readonly other: unknown;
  readonly changed?: boolean;
}) {
  if (of === null || of === undefined) return <small>{words().absent}</small>;
  if (Array.isArray(of) && of.every((one) => typeof one !== "object")) {
    const had = new Set(Array.isArray(other) ? (other as unknown[]) : []);
    return (
      <>
        {of.map((one: unknown, index) => (
          <>
            {index > 0 && ", "}
            {changed && !had.has(one) ? <ins>{plain(one)}</ins> : plain(one)}
          </>
        ))}
      </>
    );
  }
  return changed ? <ins>{plain(of)}</ins> : <>{plain(of)}</>;
}

/** A hash by its beginning, as the command line shows it. */
const plain = (value: unknown): string => {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[\da-f]{64}$/.test(value) ? value.slice(0, 12) : value;
};
