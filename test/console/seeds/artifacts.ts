import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import type { SeedAnswer } from "./answer.ts";
import { fired, kindOf } from "./runs.ts";

type Artifact = ConsoleDocument<"artifacts">["artifacts"][number];
type Look = ConsoleDocument<"artifact-look">;

const files: readonly (readonly [path: string, bytes: number, kind: Artifact["kind"]])[] = [
  ["build_features/features.parquet", 1_100_000_000, "table"],
  ["evaluate/metrics.json", 1_800, "json"],
  ["evaluate/report.md", 900, "markdown"],
  ["evaluate/roc.svg", 38_000, "svg"],
  ["extract_bookings/notes.txt", 240, "text"],
  ["score_segment/0/scores.csv", 9_400_000, "table"],
  ["train_model/model.pkl", 412_000_000, "other"],
];

const table = {
  columns: ["user", "vehicle_group", "score", "rank"],
  types: null,
  rows: [
    ["7f02c1", "SUV intermediário", "0.9312", "1"],
    ["7f02c1", "Econômico com ar", "0.8874", "2"],
    ["81be90", "Minivan", "0.8810", "1"],
  ],
  totalRows: 214_880,
};

const texts: Readonly<Record<string, string>> = {
  "evaluate/metrics.json": JSON.stringify({
    auc: 0.842,
    rows: 214_880,
    by_segment: {
      "BR-SP": { auc: 0.851, users: 4_812_330 },
      "BR-RJ": { auc: 0.836, users: 1_902_114 },
    },
    classes: ["SUV", "Econômico", "Minivan"],
    calibrated: true,
    note: null,
  }),
  "evaluate/report.md":
    "# Evaluation of recsys v12\n\nThe model is **better** than v11 on 10 of 12 segments.\n\n| segment | auc | before |\n|---|---|---|\n| BR-SP | 0.851 | 0.848 |\n| BR-RJ | 0.836 | 0.837 |\n\n- calibrated with `isotonic`\n- <script>document.title = 'no'</script>\n\n[The method](https://example.com/method)",
  "extract_bookings/notes.txt":
    "4,812,330 bookings of 90 days\n3 without a vehicle group were left out\n",
};

/** A picture, as a step would draw it. */
export const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="320" height="240"><rect width="320" height="240" fill="#fff"/><path d="M40 210C60 90 120 60 300 30" fill="none" stroke="#3a85c6" stroke-width="3"/><path d="M40 210L300 30" stroke="#999" stroke-dasharray="4"/><path d="M40 20V210H310" fill="none" stroke="#333"/></svg>';

/** What is answered of artifacts; `undefined`: it isn't about one. */
export function artifactAnswer(
  environment: string,
  run: string,
  part: string,
  query: URLSearchParams,
): SeedAnswer | undefined {
  const hasNone = ["quiet", "skipped"].includes(kindOf(run));
  if (part === "/artifacts") {
    const artifacts = hasNone ? [] : files.map(([path, bytes, kind]) => rowOf(path, bytes, kind));
    return {
      name: "artifacts",
      document: {
        schema: 1,
        environment,
        run,
        uri: `s3://mobility-prd/artifacts/recsys/${run}/`,
        artifacts,
        next: null,
      },
    };
  }
  const found = files.find(([path]) => path === query.get("path"));
  if (part !== "/artifacts/look" || found === undefined) return undefined;
  const [path, bytes, kind] = found;
  const { name: _, step: __, ...row } = rowOf(path, bytes, kind);
  const look: Look = {
    schema: 1,
    environment,
    run,
    ...row,
    text: texts[path] ?? null,
    table: kind === "table" ? table : null,
    truncated: kind === "table",
    problem: null,
  };
  return { name: "artifact-look", document: look };
}

const rowOf = (path: string, bytes: number, kind: Artifact["kind"]): Artifact => ({
  name: path,
  path,
  step: path.split("/")[0] ?? null,
  bytes,
  modifiedAt: fired + 2_000_000,
  kind,
});
