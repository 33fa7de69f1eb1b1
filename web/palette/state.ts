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

/** Opens the palette after Ctrl-K, or ⌘K, and keeps what is typed until its field has the focus. */
export function startPalette(): void {
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey } = event;
    if (key === "k" && (ctrlKey || metaKey)) {
      event.preventDefault();
      if (document.querySelector("dialog[open]") === null) openPalette();
      return;
    }
    const { open, text } = palette.peek();
    const typed = document.activeElement instanceof HTMLInputElement;
    if (!open || typed || key.length > 1 || ctrlKey || metaKey) return;
    palette.value = { open: true, text: text + key };
  });
}
