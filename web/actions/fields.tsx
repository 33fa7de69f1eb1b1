import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

/** A line of text in a dialog, with a word of help beside it. */
export function TextField({
  label,
  value,
  hint,
  type = "text",
  wrong = false,
  required = false,
}: {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: string | undefined;
  readonly type?: "text" | "date";
  readonly wrong?: boolean;
  readonly required?: boolean;
}) {
  const kind = type === "date" ? ({ type } as const) : ({ type: "text" } as const);
  return (
    <label>
      {label}
      <input
        {...kind}
        class="field"
        value={value.value}
        required={required}
        aria-invalid={wrong ? "true" : undefined}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
      {hint !== undefined && <small class={wrong ? "failed" : ""}>{hint}</small>}
    </label>
  );
}

/** One of a list in a dialog; its options are `children`. */
export function SelectField<Value extends string>({
  label,
  value,
  children,
}: {
  readonly label: string;
  readonly value: Signal<Value>;
  readonly children: ComponentChildren;
}) {
  return (
    <label>
      {label}
      <select
        class="field"
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value as Value;
        }}
      >
        {children}
      </select>
    </label>
  );
}
