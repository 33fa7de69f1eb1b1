import type { Style } from "./style.ts";

/** What `esteira` alone and `esteira --help` print. */
export function renderRootHelp(
  groups: Readonly<Record<string, Readonly<Record<string, { readonly brief: string }>>>>,
  style: Style,
): string[] {
  const names = Object.values(groups).flatMap((commands) => Object.keys(commands));
  const width = Math.max(...names.map((name) => name.length));
  return [
    "Machine-learning projects in, scheduled and monitored pipelines out: on AWS and on this machine.",
    "",
    ...Object.entries(groups).flatMap(([title, commands]) => [
      style.bold(title),
      ...Object.entries(commands).map(
        ([name, { brief }]) => `  ${style.cyan(name.padEnd(width))}  ${brief}`,
      ),
      "",
    ]),
    style.bold("Begin with"),
    `  esteira new recsys       ${style.dim("a project that runs at once")}`,
    `  esteira deploy recsys    ${style.dim("to this machine; -e dev for another environment")}`,
    `  esteira run recsys       ${style.dim("run it and watch")}`,
    "",
    style.dim("esteira COMMAND --help says more about a command; --version prints the version."),
  ];
}
