import { signal } from "@preact/signals";

/** Whether the palette is open, and what is in its field. */
export const palette = signal<{ readonly open: boolean; readonly text: string }>({
  open: false,
  text: "",
});

export function openPalette(): void {
  palette.value = { open: true, text: "" };
}

export function closePalette(): void {
  palette.value = { open: false, text: "" };
}

/** Opens the palette after Ctrl-K, or ⌘K. */
export function startPalette(): void {
  addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (document.querySelector("dialog[open]") === null) openPalette();
  });
}
