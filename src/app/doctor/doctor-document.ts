import type { DocumentOf } from "../documents/documents.ts";
import type { Examination } from "./examine.ts";

/** What the doctor found, as `--json` gives it. */
export function doctorDocument(
  name: string,
  { environment, projects }: Examination,
): DocumentOf<"doctor"> {
  // A check of a project's questions, such as the scheduler's, may be of the environment as a
  // whole.
  const account = environment.map(({ project, subject, outcome, message, help }) => ({
    project,
    subject,
    outcome,
    message,
    ...(help === undefined ? {} : { help }),
  }));
  return { environment: name, projects, account };
}
