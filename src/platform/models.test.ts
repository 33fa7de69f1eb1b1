import { describe, expect, test } from "vitest";

import { decidedModel, modelChange, movedText, promotionText } from "./models.ts";
import type { ModelDecision } from "./plan.ts";

const found: ModelDecision = {
  model: "recsys",
  version: "3",
  place: "Production",
  warnings: [],
};
const nothing: ModelDecision = { model: "recsys", warnings: ["the model was not looked at"] };
const before = { model: "2", model_uri: "models:/recsys/2" };

describe("the model that a deploy leads to", () => {
  test("is the one that the gate found", () => {
    expect(decidedModel(found, before)).toEqual({ model: "3", model_uri: "models:/recsys/3" });
  });

  test("stays the one that was deployed while nothing is known: an outage takes no model away", () => {
    const decided = { ...before, executor: "process" };
    expect(decidedModel(nothing, decided)).toEqual(before);
    expect(decidedModel(undefined, decided)).toEqual(before);
    expect(decidedModel(nothing, undefined)).toEqual({});
  });
});

describe("the model's line in a plan", () => {
  const line = { kind: "model", name: "recsys 3", drift: false, fields: [], note: "in Production" };

  test("a first deploy brings it, one like it leaves it", () => {
    expect(modelChange(found, undefined, true)).toEqual({ ...line, action: "create" });
    const same = { model: "3", model_uri: "models:/recsys/3" };
    expect(modelChange(found, same, false)).toEqual({ ...line, action: "unchanged" });
  });

  test("a promotion alone is reported, and changes nothing", () => {
    expect(modelChange(found, before, false)).toEqual({
      ...line,
      name: "recsys 2",
      action: "unchanged",
      note: "version 3 is in Production now",
    });
    expect(movedText(found, before, false)).toBe(
      "version 3 of the model recsys is in Production now; steps get models:/recsys/2 until the project is deployed again, which `--refresh` does without another change",
    );
    expect(movedText(found, before, true)).toBeUndefined();
    expect(movedText(found, {}, false)).toBeUndefined();
    expect(movedText(nothing, before, false)).toBeUndefined();
  });

  test("what is deployed anyway uses it, and it is nobody's drift", () => {
    expect(modelChange(found, before, true)).toEqual({
      ...line,
      action: "update",
      fields: [{ path: "version", before: "2", after: "3" }],
    });
  });

  test("a promotion that is due is a change, whatever else there is", () => {
    const due: ModelDecision = {
      ...found,
      place: "Staging",
      promotion: { to: "Production", replaces: "2" },
    };
    expect(modelChange(due, { model: "3", model_uri: "models:/recsys/3" }, false)).toEqual({
      ...line,
      action: "update",
      fields: [{ path: "stage", before: "Staging", after: "Production" }],
      note: "in Staging; promoted to Production when all is done, in place of 2",
    });
    expect(promotionText(due)).toBe("recsys 3 to Production, in place of 2");
  });

  test("without a version there is no line", () => {
    expect(modelChange(nothing, before, true)).toBeUndefined();
  });
});
