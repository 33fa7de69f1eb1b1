import { expect, test } from "vitest";
import { linesOf, PROJECT_FILES } from "../fixtures/checked.ts";

const of = (text: string, more: Readonly<Record<string, string>> = {}) =>
  linesOf("", { files: { ...PROJECT_FILES, "requirements.txt": text, ...more } }).map((line) =>
    line.replace(/^src\/projects\/recsys\//, ""),
  );

test("what is outside of the project, or isn't there", () => {
  expect(
    of("-r ../../../shared.txt\n-r nothere.txt\n-e ./nolib\nsix @ file:./wheels/six.whl\n"),
  ).toEqual([
    "requirements.txt:1:4 [../../../shared.txt] error config/requirement-outside: ../../../shared.txt is outside of the project, and the image is built from the project's folder alone; copy it into the project, or publish it as a package",
    "requirements.txt:2:4 [nothere.txt] error config/missing-requirement: there is no file nothere.txt in the project; add it, or correct the path",
    "requirements.txt:3:4 [./nolib] error config/missing-requirement: there is no file or folder nolib in the project; add it, or correct the path",
    "requirements.txt:4:12 [./wheels/six.whl] error config/missing-requirement: there is no file or folder wheels/six.whl in the project; add it, or correct the path",
  ]);
});

test("what is included is read too, from beside the file that includes it", () => {
  const files = {
    "req/a.txt": "-r b.txt\n--constraint=c.txt\n",
    "req/b.txt": "six\n",
    "req/c.txt": "",
  };
  expect(of("--requirement req/a.txt\n-r req/a.txt\n", files)).toEqual([]);
  expect(of("-rreq/a.txt\n", { "req/a.txt": "-r ../../b.txt\n" })).toEqual([
    "req/a.txt:1:4 [../../b.txt] error config/requirement-outside: ../../b.txt is outside of the project, and the image is built from the project's folder alone; copy it into the project, or publish it as a package",
  ]);
});

test("addresses, variables, the image's own places and comments are left alone", () => {
  expect(
    of(
      "# -r nothere.txt\n-r https://example.com/r.txt\n-r ${DIR}/r.txt\n-e git+https://example.com/x\n/opt/x.whl\nsix==1 # ./x\n-e .\n",
    ),
  ).toEqual([]);
});
