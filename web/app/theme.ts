import { signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;

export type Theme = (typeof themes)[number];

const kept = "esteira.theme";

/** The theme that the viewer has chosen; `system`: as the system has it. */
export const theme = signal<Theme>(chosen());

/** Applies a theme and keeps it for this browser. */
export function chooseTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(kept, next);
  applyTheme();
}

/** Puts the chosen theme on the page. */
export function applyTheme(): void {
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
}

function chosen(): Theme {
  const text = localStorage.getItem(kept);
  return themes.find((one) => one === text) ?? "system";
}
