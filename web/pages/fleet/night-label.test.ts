import { expect, test, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null });
const { nightLabel } = await import("./night-label.ts");

test("Mondays and the last night have a label, and none covers another", () => {
  const last = Date.UTC(2026, 1, 3, 15);
  const labels = Array.from({ length: 14 }, (_, later) =>
    nightLabel(last - later * 86_400_000, later, "America/Sao_Paulo"),
  );
  expect(labels.flatMap((label, later) => (label === "" ? [] : [[later, label]]))).toEqual([
    [0, "3"],
    [8, "Mon 26"],
  ]);
});
