import { parse } from "smol-toml";

import { readDockerfile } from "../../config/dockerfile.ts";
import type { ProjectFiles } from "../../config/project-files.ts";

/**
 * What is installed beside the requirements file, each as a line of one or as the name of one: by
 * the Dockerfile's own `pip install`, by `pyproject.toml`, by a conda environment.
 */
export function otherRequirements(files: ProjectFiles, dockerfile: string): readonly string[] {
  return [
    ...inDockerfile(files.read(dockerfile) ?? ""),
    ...inPyproject(files.read("pyproject.toml") ?? ""),
    ...inConda(files.read("environment.yml") ?? files.read("environment.yaml") ?? ""),
  ];
}

/** `pip install`, `uv pip install`, `conda install` and the like, with what is behind them. */
const INSTALLS =
  /\b(?:pip3?|conda|mamba|micromamba|uv|poetry|pdm)\s+(?:pip\s+)?(?:install|add)\s+([^;&|\n]*)/g;
/** Options that take the next word. */
const WITH_VALUE =
  /^-(?:[cefint]|-(?:constraint|index-url|extra-index-url|find-links|target|channel|name|trusted-host))$/;

function inDockerfile(text: string): readonly string[] {
  return readDockerfile(text).commands.flatMap((command) =>
    [...command.replaceAll(/\\\r?\n/g, " ").matchAll(INSTALLS)].flatMap(([, words = ""]) => {
      const found: string[] = [];
      const list = words.trim().split(/\s+/);
      for (const [index, word] of list.entries()) {
        const before = list[index - 1] ?? "";
        if (word.startsWith("-") || WITH_VALUE.test(before)) continue;
        found.push(word.replaceAll(/["']/g, ""));
      }
      return found;
    }),
  );
}

function inPyproject(text: string): readonly string[] {
  let document: Record<string, unknown>;
  try {
    document = parse(text);
  } catch {
    return []; // What is no TOML names nothing; the build says so itself.
  }
  const project = tableOf(document["project"]);
  const poetry = tableOf(tableOf(document["tool"])["poetry"]);
  const groups = Object.values(tableOf(poetry["group"])).map(
    (group) => tableOf(group)["dependencies"],
  );
  return [
    ...textsOf(project["dependencies"]),
    ...Object.values(tableOf(project["optional-dependencies"])).flatMap(textsOf),
    ...Object.values(tableOf(document["dependency-groups"])).flatMap(textsOf),
    ...[poetry["dependencies"], ...groups].flatMap((one) => Object.keys(tableOf(one))),
  ];
}

function inConda(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*-[ \t]+["']?([A-Za-z][\w.-]*)/gm)].map(([, name = ""]) => name);
}

function tableOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
