import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { openPalette, palette } from "./state.ts";

/** Opens the palette after Ctrl-K, or ⌘K; it is loaded after the page is shown. */
export function PaletteOpener() {
  const loaded = useSignal<{ readonly Palette: ComponentType } | undefined>(undefined);
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (document.querySelector("dialog[open]") === null) openPalette();
    };
    const keep = ({ key, ctrlKey, metaKey }: KeyboardEvent): void => {
      // Until the field has the focus, which is a moment after it is loaded.
      const typed = document.activeElement instanceof HTMLInputElement;
      if (!palette.peek().open || typed || key.length > 1 || ctrlKey || metaKey) return;
      palette.value = { open: true, text: palette.peek().text + key };
    };
    addEventListener("keydown", open);
    addEventListener("keydown", keep);
    return () => {
      removeEventListener("keydown", open);
      removeEventListener("keydown", keep);
    };
  }, []);
  const { open } = palette.value;
  useEffect(() => {
    // What is typed must not wait for it: it is loaded once the page is shown.
    const load = (): void =>
      void import("./palette.tsx").then((module) => {
        loaded.value = module;
      });
    if (open) load();
    const timer = setTimeout(load, 1_000);
    return () => clearTimeout(timer);
  }, [open]);
  if (!open || loaded.value === undefined) return null;
  return <loaded.value.Palette />;
}
