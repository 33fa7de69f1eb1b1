import "./palette.css";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { Dialog } from "../parts/dialog.tsx";
import { catalogue } from "../words/language.ts";
import { closePalette, palette } from "./state.ts";

const words = catalogue(
  { title: "Search or do", field: "Project, run, page or action" },
  { title: "Buscar ou fazer", field: "Projeto, execução, página ou ação" },
);

type Found = typeof import("./palette.tsx").Found;

/**
 * The palette while it is open. Its field is there at once, so that no key is lost; what it finds
 * is loaded after the page is shown.
 */
export function PaletteOpener() {
  const loaded = useSignal<{ readonly Found: Found } | undefined>(undefined);
  const { open } = palette.value;
  useEffect(() => {
    const load = (): void =>
      void import("./palette.tsx").then((module) => {
        loaded.value = module;
      });
    if (open) load();
    const timer = setTimeout(load, 1_000);
    return () => clearTimeout(timer);
  }, [open]);
  return open ? <Palette loaded={loaded.value} /> : null;
}

function Palette({ loaded }: { readonly loaded: { readonly Found: Found } | undefined }) {
  const { text } = palette.value;
  const chosen = useSignal(0);
  const active = useSignal<string | undefined>(undefined);
  const press = useRef<(event: KeyboardEvent) => void>(undefined);
  return (
    <Dialog label={words().title} kind="palette" close={closePalette}>
      <input
        role="combobox"
        aria-label={words().field}
        aria-expanded="true"
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={active.value}
        placeholder={words().field}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget: { value } }) => {
          palette.value = { open: true, text: value };
          chosen.value = 0;
        }}
        onKeyDown={(event) => press.current?.(event)}
      />
      {loaded === undefined ? (
        <div id="found" role="listbox" aria-label={words().title} />
      ) : (
        <loaded.Found
          label={words().title}
          text={text}
          chosen={chosen}
          active={active}
          press={press}
        />
      )}
    </Dialog>
  );
}
