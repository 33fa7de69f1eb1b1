import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { FieldChanges } from "../../parts/field-changes.tsx";
import { Shown } from "../../parts/states.tsx";
import { Moment } from "../../parts/when.tsx";
import { projectWords } from "./words.ts";

/** What differs between two releases, field by field. */
export function Changes({
  place,
  from,
  to,
}: {
  readonly place: { readonly env: string; readonly project: string };
  readonly from: string;
  readonly to: string;
}) {
  const compared = useDocument(addressFor("compareReleases", place, { from, to }));
  return (
    <Shown document={compared} rows={5}>
      {(value) =>
        value.fields.length === 0 ? (
          <p class="dim">{projectWords().same}</p>
        ) : (
          <FieldChanges
            fields={value.fields}
            before={
              <>
                {value.from.version}, <Moment at={value.from.deployedAt} style="day" />
              </>
            }
            after={
              <>
                {value.to.version}, <Moment at={value.to.deployedAt} style="day" />
              </>
            }
          />
        )
      }
    </Shown>
  );
}
