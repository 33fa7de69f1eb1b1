import * as z from "zod";

import { document, environment, text, textOrNull, time } from "./fields.ts";

const about = {
  environment: environment(),
  run: text().describe("Id of the run"),
  step: text().describe("Its id"),
  attempt: z.int().describe("1 for the first try"),
  item: z.int().nullable().describe("Index of the `for_each` item"),
  by: z.enum(["line", "event"]).describe("What names a place: its line, or on AWS event and time"),
};

const line = z
  .strictObject({
    number: z.int().nullable().describe("From 1; `null` where lines have no numbers"),
    id: text().describe("Names it in links: the line's number, or its event"),
    at: time(),
    stream: z.enum(["stdout", "stderr", "system"]).describe("`system`: not the step itself"),
    text: text().describe("Without its line break; colours of terminals are in it"),
    cut: z.boolean().describe("It was longer: the whole of it is in the download"),
  })
  .meta({ id: "ConsoleLogLine", description: "A line of a step's log" });

export const consoleLogDocument = document({
  ...about,
  lines: z.array(line).describe("The oldest first"),
  total: z.int().nullable().describe("Lines by now; `null`: nobody knows"),
  bytes: z.number().nullable().describe("Size by now; `null`: nobody knows"),
  growing: z.boolean().describe("More may come"),
  firstError: z
    .strictObject({
      id: text().describe("Of the line"),
      number: z.int().nullable().describe("Its number"),
    })
    .nullable()
    .describe("The first line that looks like the reason of a failure; `null`: none, or not known"),
  previous: textOrNull().describe("Where lines have no numbers: cursor of those before"),
  next: textOrNull().describe("Where lines have no numbers: cursor of those after"),
});

export const logSearchDocument = document({
  ...about,
  query: text().describe("What was looked for, as it is"),
  hits: z
    .array(
      line.extend({
        marks: z
          .array(z.tuple([z.int(), z.int()]))
          .describe("Start and length of each, in UTF-16 code units of `text`"),
      }),
    )
    .describe("Lines that have it, the oldest first"),
  searched: z
    .strictObject({
      lines: z.int().describe("How many were looked at, this time"),
      from: time().nullable().describe("The oldest of them"),
      until: time().nullable().describe("The newest of them"),
      share: z.number().nullable().describe("Of the whole, 0 to 1; `null`: nobody knows"),
    })
    .describe("How far it has looked"),
  complete: z.boolean().describe("There is nothing more to look at"),
  next: textOrNull().describe("Cursor to continue the search; `null`: it is complete"),
});

const kind = z
  .enum(["image", "svg", "table", "json", "markdown", "text", "other"])
  .describe("How a look at it is shown; `image` and `svg` from `artifacts/raw?…&view=image`");

export const artifactsDocument = document({
  environment: environment(),
  run: text().describe("Id of the run"),
  uri: text().describe("Where they are"),
  artifacts: z
    .array(
      z.strictObject({
        name: text().describe("What people see, as `artifacts ls`: the step first, with `/`"),
        path: text().describe("Where it is below `uri`, for `artifacts/look` and `artifacts/raw`"),
        step: textOrNull().describe("The step that left it, where that is known"),
        bytes: z.number().describe("Size"),
        modifiedAt: time(),
        kind,
      }),
    )
    .describe("By name"),
  next: textOrNull().describe("Cursor of the following ones; `null`: there are none"),
});

export const artifactLookDocument = document({
  environment: environment(),
  run: text().describe("Id of the run"),
  path: text().describe("Below the run's artifacts"),
  bytes: z.number().describe("Size"),
  modifiedAt: time(),
  kind,
  text: textOrNull().describe("Of JSON, Markdown and text: its beginning"),
  table: z
    .strictObject({
      columns: z.array(text()).describe("Names, in order"),
      types: z.array(text()).nullable().describe("As Parquet has them; `null`: it is CSV"),
      rows: z.array(z.array(textOrNull())).describe("The first ones, as text"),
      totalRows: z.number().nullable().describe("`null`: nobody has counted"),
    })
    .nullable()
    .describe("Of CSV and Parquet: its head"),
  truncated: z.boolean().describe("There is more than is shown"),
  problem: textOrNull().describe("Why a look at it isn't possible"),
});
