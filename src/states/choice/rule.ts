import type { JsonObject } from "../../core/json.ts";
import type { Test } from "../machine.ts";
import type { ReportProblem } from "../jsonpath/template.ts";

export function compileRule(_rule: JsonObject, _report: ReportProblem): Test {
  return () => false;
}
