import { expect, test } from "vitest";

import { parseRunInput, readRunInput, runInput } from "./input.ts";
import { onInput } from "./on.ts";

const time = Date.parse("2026-01-31T03:00:00.250Z");

test("what has arrived is in the input, and a long list of it in a file", () => {
  const uris = ["s3://acme-in/a.csv", "s3://acme-in/b.csv"];
  const input = onInput({ uris, time }, "s3://lake/artifacts/scores/x/_trigger/objects.json");
  expect(input).toEqual({
    ...runInput(),
    scheduled_time: "2026-01-31T03:00:00Z",
    trigger: "on",
    actor: "on",
    on: { count: 2, uris },
  });
  const many = Array.from({ length: 100 }, (_, index) => `s3://acme-in/orders/${index}.csv`);
  const list = "s3://lake/artifacts/scores/x/_trigger/objects.json";
  expect(onInput({ uris: many, time }, list).on).toEqual({ count: 100, list });
});

test("it is read as it was written, and nothing else is", () => {
  const input = onInput({ uris: ["s3://acme-in/a.csv"], time }, "");
  expect(readRunInput({ ...input })).toEqual(input);
  for (const on of [{ count: "1", uris: [] }, { count: 1 }, { count: 1, uris: [2] }, 3]) {
    expect(readRunInput({ on }).on).toBeUndefined();
    expect(parseRunInput({ on })).toEqual({
      ok: false,
      error: [
        {
          field: "on",
          message: "on has count, a number, and uris, a list of texts, or list, a text",
        },
      ],
    });
  }
});
