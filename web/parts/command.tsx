import { useSignal } from "@preact/signals";

import { catalogue } from "../words/language.ts";

const words = catalogue(
  { copy: "Copy", copied: "Copied", command: "Copy the command" },
  { copy: "Copiar", copied: "Copiado", command: "Copiar o comando" },
);

/** A command line that does the same as what is beside it, to copy. */
export function Command({ line }: { readonly line: string }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(line);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1_500);
  };
  const { copy: verb, copied: done, command } = words();
  return (
    <span class="command">
      <code>{line}</code>
      <button
        type="button"
        class="textlink noprint"
        aria-label={command}
        onClick={() => void copy()}
      >
        <span aria-live="polite">{copied.value ? done : verb}</span>
      </button>
    </span>
  );
}

/** A word of a command line as a shell reads it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
