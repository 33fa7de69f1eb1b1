import type { Diagnostic, SourceLocation } from "../core/diagnostic.ts";
import { withoutSecretAddresses } from "../core/shown-address.ts";
import type { Path, Problem } from "./problem.ts";
import { rangeOf } from "./yaml/positions.ts";
import type { YamlSource } from "./yaml/yaml-source.ts";

/**
 * Gives a problem its place in the file. `written` says where a value of the merged config was
 * written.
 */
export function toDiagnostic(
  source: YamlSource,
  problem: Problem,
  written: (path: Path) => Path = (path) => path,
): Diagnostic {
  const locate = (path: Path, at?: Problem["at"], part?: Problem["part"]): SourceLocation => {
    const range = rangeOf(source, written(path), at, part);
    return range ? { file: source.file, range } : { file: source.file };
  };
  const related = [
    ...(problem.related ?? []).map(({ path, message }) => ({
      message: withoutSecretAddresses(message),
      location: locate(path),
    })),
    ...(problem.elsewhere ?? []),
  ];
  return {
    code: problem.code,
    severity: problem.severity ?? "error",
    // They may repeat what is written there.
    message: withoutSecretAddresses(problem.message),
    ...(problem.help === undefined ? {} : { help: withoutSecretAddresses(problem.help) }),
    location:
      problem.location ??
      (problem.hidden
        ? hideValue(locate(problem.path, problem.at), locate(problem.path))
        : locate(problem.path, problem.at, problem.part)),
    ...(related.length === 0 ? {} : { related }),
  };
}

/** The place of a problem, with the value on its line made unreadable. */
function hideValue(shown: SourceLocation, value: SourceLocation): SourceLocation {
  if (!shown.range || !value.range) return shown;
  const { column, length } = value.range;
  if (shown.range.line !== value.range.line) return shown;
  const start = column - 1;
  const text = shown.range.text;
  const hidden = text.slice(0, start) + "*".repeat(length) + text.slice(start + length);
  return { ...shown, range: { ...shown.range, text: hidden } };
}
