import type { Assumption } from "../../app/adopt/adoption.ts";
import { count } from "../../core/text.ts";
import type { Style } from "./style.ts";

/** What `adopt` did, and what it took for granted. */
export function renderAdopted(
  adopted: readonly {
    readonly name: string;
    readonly folder: string;
    readonly written: readonly string[];
    readonly assumptions: readonly Assumption[];
    readonly remarks: readonly string[];
  }[],
  style: Style,
): readonly string[] {
  const [first] = adopted;
  return [
    ...adopted.flatMap(({ name, folder, written, assumptions, remarks }) => [
      `${style.green("✓")} ${style.bold(name)} is a project now: ${folder}`,
      ...written.map((path) => `  ${style.green("+")} ${path}`),
      "  assumed:",
      ...assumptions.map(
        ({ field, value, because }) => `    ${field}: ${value}  ${style.dim(because)}`,
      ),
      ...remarks.map((remark) => style.yellow(`  ! ${remark}`)),
      "",
    ]),
    ...(first === undefined
      ? []
      : [
          `  ${style.dim("$")} esteira deploy ${first.name} && esteira run ${first.name}    ${style.dim(
            adopted.length === 1
              ? "on this machine; its schedule is off"
              : `on this machine; the schedules of the ${count(adopted.length, "project")} are off`,
          )}`,
        ]),
  ];
}

/** The folders that `adopt` had to leave, each with what to do. */
export function renderRefusedFolders(
  refused: readonly { readonly message: string; readonly help: string }[],
  style: Style,
): readonly string[] {
  return refused.flatMap(({ message, help }) => [
    `${style.red("✗")} ${message}`,
    `  ${style.dim(help)}`,
  ]);
}
