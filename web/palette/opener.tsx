import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { palette } from "./state.ts";

/** The palette while it is open; it is loaded after the page is shown. */
export function PaletteOpener() {
  const loaded = useSignal<{ readonly Palette: ComponentType } | undefined>(undefined);
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
