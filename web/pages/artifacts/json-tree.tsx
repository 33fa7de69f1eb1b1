import "./json-tree.css";
import { useSignal } from "@preact/signals";

import { count } from "../../words/format.ts";
import { artifactWords } from "./words.ts";

const atOnce = 100;

/**
 * A value of JSON as a tree that opens: a branch draws what is in it only when it is open, a
 * hundred at a time.
 */
export function JsonTree({
  label,
  value,
  open = false,
}: {
  readonly label: string;
  readonly value: unknown;
  readonly open?: boolean;
}) {
  if (typeof value !== "object" || value === null) return <Leaf label={label} value={value} />;
  return <Branch label={label} value={value} open={open} />;
}

function Branch({
  label,
  value,
  open,
}: {
  readonly label: string;
  readonly value: object;
  readonly open: boolean;
}) {
  const isOpen = useSignal(open);
  const shown = useSignal(atOnce);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const size = isList
    ? artifactWords().items(count(entries.length))
    : artifactWords().fields(count(entries.length));
  const rest = entries.length - shown.value;
  return (
    <details
      class="json"
      open={open}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>
        <span class="name">{label}</span> <small>{size}</small>
      </summary>
      {isOpen.value && (
        <div class="inside">
          {entries.slice(0, shown.value).map(([name, inner]) => (
            <JsonTree key={name} label={name} value={inner} />
          ))}
          {rest > 0 && (
            <button
              type="button"
              class="textlink"
              onClick={() => {
                shown.value += atOnce * 10;
              }}
            >
              {artifactWords().rest(count(rest))}
            </button>
          )}
        </div>
      )}
    </details>
  );
}

function Leaf({ label, value }: { readonly label: string; readonly value: unknown }) {
  const kind = value === null ? "null" : typeof value;
  return (
    <p class="json leaf">
      <span class="name">{label}</span>{" "}
      <code class={kind}>{value === undefined ? "" : JSON.stringify(value)}</code>
    </p>
  );
}
