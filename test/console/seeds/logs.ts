import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import type { SeedAnswer } from "./answer.ts";
import { fired, kindOf } from "./runs.ts";

type Log = ConsoleDocument<"log">;
type Line = Log["lines"][number];

const esc = "\u001B";
const drawn = [
  "INFO  item BR-SP, attempt 1",
  "INFO  top_n is 2000",
  "INFO  segment BR-SP: 4,812,330 users × 2,000 candidates",
  `INFO  loading model ${esc}[36mrecsys v12${esc}[0m (412 MB)`,
  "INFO  chunk 1 of 10 scored, memory 9.1 GB",
  "WARN  chunk 2 of 10: memory 12.6 GB, 79 % of what the step has",
  "WARN  chunk 3 of 10: memory 15.1 GB, 94 % of what the step has",
  "INFO  concatenating 3 frames",
  "Traceback (most recent call last):",
  '  File "steps/score_segment.py", line 88, in <module>',
  '    top = rank(frame, int(params["top_n"]))',
  '  File "steps/score_segment.py", line 51, in rank',
  "    wide = scores.unstack(fill_value=0.0)",
  "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 7.17 GiB for an array with shape (481233, 2000)",
  "Killed",
  "command ended with exit code 137",
] as const;

/** How many lines the log of a run has: that of `many` is a gigabyte. */
function totalOf(run: string): number {
  const kind = kindOf(run);
  if (kind === "quiet") return 0;
  if (kind === "many") return 10_000_000;
  return 1_845;
}

function lineAt(total: number, number: number): Line {
  const fromEnd = total - number;
  const text =
    fromEnd < drawn.length
      ? (drawn[drawn.length - 1 - fromEnd] ?? "")
      : number % 97 === 0
        ? `WARN  batch ${number}: 3 rows without a vehicle group were left out, ${"a long line ".repeat(12)}`
        : `${esc}[32mINFO${esc}[0m  batch ${number} of segment BR-SP scored in ${(number * 7) % 90} ms, memory ${((number % 60) / 10 + 3).toFixed(1)} GB`;
  return {
    number,
    id: String(number),
    at: fired + 2_300_000 + Math.floor((number / Math.max(1, total)) * 320_000),
    stream: fromEnd === 0 ? "system" : "stdout",
    text,
    cut: false,
  };
}

const about = (environment: string, run: string, query: URLSearchParams) => ({
  schema: 1,
  environment,
  run,
  step: query.get("step") ?? "",
  attempt: Number(query.get("attempt") ?? 1),
  item: query.has("item") ? Number(query.get("item")) : null,
  by: "line" as const,
});

/** What is answered of logs; `undefined`: it isn't about one. */
export function logAnswer(
  environment: string,
  run: string,
  part: string,
  query: URLSearchParams,
): SeedAnswer | undefined {
  if (!part.startsWith("/log")) return undefined;
  if (kindOf(run) === "gone") {
    return {
      name: "error",
      status: 404,
      document: {
        schema: 1,
        error: {
          reason: "not-found",
          message: "The log of score_segment[3] is gone: this environment keeps logs for 30 days",
          help: "Keep them for longer: log_retention_days in esteira.yaml",
          resource: null,
          diagnostics: [],
        },
        exit: 1,
      },
    };
  }
  const total = totalOf(run);
  if (part === "/log/search") {
    const wanted = (query.get("q") ?? "").toLowerCase();
    const looked = Math.min(total, 20_000);
    const lines = Array.from({ length: looked }, (_, index) =>
      lineAt(total, total - looked + index + 1),
    );
    const hits = lines
      .filter(({ text }) => text.toLowerCase().includes(wanted))
      .slice(0, 500)
      .map((line) => ({
        ...line,
        marks: [[line.text.toLowerCase().indexOf(wanted), wanted.length]],
      }));
    return {
      name: "log-search",
      document: {
        ...about(environment, run, query),
        query: query.get("q") ?? "",
        hits,
        searched: {
          lines: looked,
          from: lines[0]?.at ?? null,
          until: lines.at(-1)?.at ?? null,
          share: looked / total,
        },
        complete: looked === total,
        next: looked === total ? null : "more",
      },
    };
  }
  const most = Number(query.get("lines") ?? 500);
  const first = query.has("from_line")
    ? Number(query.get("from_line"))
    : Math.max(1, total - most + 1);
  const length = Math.max(0, Math.min(most, total - first + 1));
  const isBad = ["failed", "items", "many"].includes(kindOf(run));
  return {
    name: "log",
    document: {
      ...about(environment, run, query),
      lines: Array.from({ length }, (_, index) => lineAt(total, first + index)),
      total,
      bytes: total * 104,
      growing: kindOf(run) === "live",
      firstError: isBad ? { id: String(total - 7), number: total - 7 } : null,
      previous: null,
      next: null,
    },
  };
}
