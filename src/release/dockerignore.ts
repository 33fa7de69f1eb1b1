import { err, ok, type Result } from "../core/result.ts";
import { type Glob, parseGlob } from "./glob.ts";

/**
 * What a `.dockerignore` says, ready to be asked. Paths are relative to the build context, with
 * `/`.
 */
export interface IgnoreRules {
  /** True when Docker would leave the file out of the build context. */
  readonly ignores: (path: string) => boolean;
  /** True when everything below the folder is left out, so that nobody needs to look into it. */
  readonly ignoresAllBelow: (folder: string) => boolean;
}

/** A pattern that Docker would refuse too. */
export interface IgnoreProblem {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

interface Rule {
  readonly negative: boolean;
  readonly matches: Glob;
  /** The pattern folder by folder; undefined where `**` stands for any number of them. */
  readonly segments: readonly (Glob | undefined)[];
}

/** Nothing is ignored. */
export const noIgnoreRules: IgnoreRules = { ignores: () => false, ignoresAllBelow: () => false };

/**
 * Reads a `.dockerignore` by Docker's rules, which are not Git's
 * (https://docs.docker.com/build/concepts/context/#dockerignore-files): patterns are rooted at the
 * context, `*` and `?` stop at `/`, `**` doesn't, a pattern that matches a folder matches what is
 * in it, and the last pattern that matches decides. Where Docker's two builders differ (a `!` with
 * wildcards below an ignored folder) it is BuildKit's way, which looks into the folder.
 */
export function parseDockerignore(text: string): Result<IgnoreRules, IgnoreProblem> {
  const rules: Rule[] = [];
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.startsWith("#")) continue;
    const trimmed = line.trim();
    if (trimmed === "") continue;
    const negative = trimmed.startsWith("!");
    const pattern = clean(negative ? trimmed.slice(1).trim() : trimmed);
    const rule = pattern === undefined ? undefined : makeRule(pattern, negative);
    if (rule === undefined) return err({ line: index + 1, text: trimmed });
    rules.push(rule);
  }
  return ok({
    ignores: (path) => ignored(rules, path),
    ignoresAllBelow: (folder) =>
      ignored(rules, folder) && !rules.some((rule) => rule.negative && reaches(rule, folder)),
  });
}

/**
 * What Go's `filepath.Clean` makes of a pattern, without a leading `/`; undefined when nothing is
 * left to match.
 */
function clean(pattern: string): string | undefined {
  if (pattern === "") return undefined;
  const kept: string[] = [];
  for (const segment of pattern.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (segment !== ".." || !pattern.startsWith("/")) kept.push(segment);
  }
  return kept.length === 0 ? "." : kept.join("/");
}

function makeRule(pattern: string, negative: boolean): Rule | undefined {
  const matches = parseGlob(pattern);
  if (matches === undefined) return undefined;
  const segments = pattern
    .split("/")
    .map((segment) => (segment.includes("**") ? undefined : parseGlob(segment)));
  return { negative, matches, segments };
}

function ignored(rules: readonly Rule[], path: string): boolean {
  const candidates = [path];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    candidates.push(path.slice(0, at));
  }
  let result = false;
  for (const rule of rules) {
    if (rule.negative === result && candidates.some((candidate) => rule.matches(candidate))) {
      result = !rule.negative;
    }
  }
  return result;
}

/** Could the rule match something below the folder? */
function reaches(rule: Rule, folder: string): boolean {
  for (const [index, name] of folder.split("/").entries()) {
    if (index >= rule.segments.length) return true;
    const segment = rule.segments[index];
    if (segment === undefined) return true;
    if (!segment(name)) return false;
  }
  return true;
}
