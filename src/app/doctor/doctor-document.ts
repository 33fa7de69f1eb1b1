import type { DocumentOf } from "../documents/documents.ts";
import type { Examination } from "./examine.ts";

/** What the doctor found, as `--json` gives it. */
export function doctorDocument(
  name: string,
  { environment, projects }: Examination,
): DocumentOf<"doctor"> {
  return { environment: name, projects, account: environment };
}
