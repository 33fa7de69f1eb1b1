import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { threadMs } from "../../core/fixtures/thread-time.ts";
import type { JsonObject } from "../../core/json.ts";
import { chartData } from "./chart-data.ts";
import { chartSvg } from "./chart.ts";
import { reportPage } from "./page.ts";
import {
  chosenParts,
  inOrder,
  LARGEST_PART,
  LARGEST_REPORT,
  partKind,
  partName,
  type ReadPart,
  type ReportPart,
} from "./parts.ts";
import { shownPart } from "./shown-part.ts";

const part = (name: string, content = "", changes: Partial<ReadPart> = {}): ReadPart => ({
  step: "train",
  item: undefined,
  name,
  key: `_outputs/train/0/artifacts/report/${name}`,
  size: content.length,
  content: Buffer.from(content),
  ...changes,
});
const run = {
  run: "recsys-20260131T030000Z-4f9a1c",
  project: "recsys",
  environment: "prd",
  version: "1.0.0",
  status: "SUCCEEDED",
  startedAt: Date.UTC(2026, 0, 31, 3),
  endedAt: Date.UTC(2026, 0, 31, 3, 4),
} as Parameters<typeof reportPage>[0]["run"];

describe("charts", () => {
  const values = [
    { day: "2026-01-01", sales: 3, shop: "a" },
    { day: "2026-01-02", sales: 5, shop: "a" },
    { day: "2026-01-01", sales: 4, shop: "b" },
  ];
  const spec = (mark: string, changes: JsonObject = {}): JsonObject => ({
    mark: { type: mark },
    data: { name: "data-1" },
    datasets: { "data-1": values },
    encoding: {
      x: { field: "day", type: "temporal" },
      y: { field: "sales", type: "quantitative" },
      color: { field: "shop", type: "nominal" },
    },
    ...changes,
  });

  test("a simple one is drawn, as Altair writes it", () => {
    const data = chartData(spec("line"));
    expect(data).toEqual({
      mark: "line",
      xTitle: "day",
      yTitle: "sales",
      time: true,
      series: [
        {
          name: "a",
          points: [
            { x: Date.UTC(2026, 0, 1), y: 3 },
            { x: Date.UTC(2026, 0, 2), y: 5 },
          ],
        },
        { name: "b", points: [{ x: Date.UTC(2026, 0, 1), y: 4 }] },
      ],
    });
    const svg = data === undefined ? "" : chartSvg(data);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('<li><i class="c0"></i>a</li>');
  });

  test("what counts, sums or is a mean is computed", () => {
    const count = chartData(
      spec("bar", {
        encoding: { x: { field: "shop", type: "nominal" }, y: { aggregate: "count" } },
      }),
    );
    expect(count?.series[0]?.points).toEqual([
      { x: "a", y: 2 },
      { x: "b", y: 1 },
    ]);
    const mean = chartData(
      spec("bar", {
        encoding: {
          x: { field: "shop", type: "nominal" },
          y: { field: "sales", aggregate: "mean" },
        },
      }),
    );
    expect(mean?.series[0]?.points).toEqual([
      { x: "a", y: 4 },
      { x: "b", y: 4 },
    ]);
  });

  test.each([
    ["layers", spec("line", { layer: [] })],
    ["a transform", spec("line", { transform: [{ filter: "datum.sales > 3" }] })],
    ["another mark", spec("arc")],
    ["rows elsewhere", spec("line", { data: { url: "https://example.com/x.csv" } })],
    [
      "bins",
      spec("bar", { encoding: { x: { field: "sales", bin: true }, y: { aggregate: "count" } } }),
    ],
    [
      "times in nanoseconds",
      spec("line", { data: { values: [{ day: 1.7e18, sales: 1, shop: "a" }] } }),
    ],
    [
      "numbers without room",
      spec("bar", { data: { values: [{ day: "2026-01-31", sales: 1e308, shop: "a" }] } }),
    ],
  ])("one with %s is a table, and its specification", (_what, given) => {
    expect(chartData(given)).toBeUndefined();
    expect(shownPart(part("x.vl.json", JSON.stringify(given)))).toContain("<summary>Specification");
  });

  test("no number leads out of the picture", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: number, y: number }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom("line", "area", "bar", "point"),
        fc.constantFrom("quantitative", "temporal"),
        fc.constantFrom({}, { aggregate: "sum" }),
        (rows, mark, type, aggregate) => {
          const data = chartData({
            mark,
            data: { values: rows },
            encoding: {
              x: { field: "x", type },
              y: { field: "y", type: "quantitative", ...aggregate },
            },
          });
          if (data === undefined) return;
          const svg = chartSvg(data);
          expect(svg).not.toMatch(/NaN|Infinity/);
          for (const [, x] of svg.matchAll(/(?:cx|x)="(-?[\d.]+)"/g)) {
            expect(Number(x)).toBeGreaterThanOrEqual(-1);
            expect(Number(x)).toBeLessThanOrEqual(641);
          }
        },
      ),
    );
  });
});

test.each([100, 3000, 100_000])("data that goes %i levels deep is shown as it is", (depth) => {
  const deep = `${"[".repeat(depth)}"]"${"]".repeat(depth)}`;
  const shown = `<pre>${deep.replaceAll('"', "&quot;")}</pre>`;
  expect(shownPart(part("metrics.json", deep))).toBe(shown);
  expect(shownPart(part("chart.vl.json", `{"mark": "bar", "x": ${deep}}`))).toBeUndefined();
});

test("how deep data goes is found in one pass over a text that never ends", () => {
  const open = `"${'\\"'.repeat(90_000)}`;
  const start = threadMs();
  expect(shownPart(part("metrics.json", open))).toContain("&quot;");
  expect(threadMs() - start).toBeLessThan(2000);
});

test("data that would be mostly indentation is shown as it is", () => {
  const wide = `${"[".repeat(60)}${"1,".repeat(50_000)}1${"]".repeat(60)}`;
  expect(shownPart(part("metrics.json", wide))).toBe(`<pre>${wide}</pre>`);
  expect(shownPart(part("chart.vl.json", `{"x": ${wide}}`))?.length).toBeLessThan(110_000);
});

describe("parts", () => {
  test("are those in the report's folder of a step's artifacts", () => {
    expect(partName("_outputs/train/0a/artifacts/report/roc.png")).toBe("roc.png");
    expect(partName("_outputs/each/items/1f/0a/artifacts/report/a/b.csv")).toBe("a/b.csv");
    expect(partName("report/01.md")).toBe("01.md");
    expect(partName("_outputs/train/0a/work/report/roc.png")).toBeUndefined();
    expect(partName("train/report/roc.png")).toBeUndefined();
    expect(["a.vl.json", "a.json", "a.SVG", "a.html", "a.pdf"].map(partKind)).toEqual([
      "chart",
      "data",
      "image",
      "other",
      "other",
    ]);
  });

  test("are read step by step, and what a later step wrote over is its", () => {
    const of = (step: string, name: string): ReportPart => ({ ...part(name), step });
    const ordered = inOrder(
      [of("score", "01.md"), of("train", "10.md"), of("train", "2.md"), of("train", "01.md")],
      ["load", "train", "score"],
    );
    expect(ordered.map(({ step, name }) => `${step}/${name}`)).toEqual([
      "train/2.md",
      "train/10.md",
      "score/01.md",
    ]);
  });

  test("never are more than a page may have", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 * LARGEST_PART }), { maxLength: 30 }),
        (sizes) => {
          const parts = sizes.map((size, index) => ({ ...part(`${index}.png`), size }));
          const chosen = [...chosenParts(parts)];
          expect(chosen.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(
            LARGEST_REPORT,
          );
          expect(chosen.every(({ size }) => size <= LARGEST_PART)).toBe(true);
          // What is left out would not have fitted.
          const fits = sizes.reduce((sum, size) => sum + size, 0) <= LARGEST_REPORT;
          const small = sizes.filter((size) => size <= LARGEST_PART).length;
          expect(chosen.length).toBeGreaterThanOrEqual(fits ? small : 0);
        },
      ),
    );
  });
});

describe("a page", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

  test("has its parts in it, names what it leaves out, and runs nothing that a step wrote", () => {
    const large = part("model.png", "", { content: undefined, size: 3_000_000 });
    const parts = [
      part("01.md", "Hello <b>you</b>"),
      part("scores.csv", 'id,score\n"a,1",0.5\n'),
      part("draw.svg", svg),
      part("page.html", "<script>alert(1)</script>"),
      part("fake.png", "<script>"),
      large,
    ];
    const { html, shown } = reportPage({ run, parts, place: "/work/.esteira/artifacts/recsys/1" });
    expect([...shown].map(({ name }) => name)).toEqual(["01.md", "scores.csv", "draw.svg"]);
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">`,
    );
    expect(html).toContain("<p>Hello &lt;b&gt;you&lt;/b&gt;</p>");
    expect(html).toContain('<tr><td>a,1</td><td class="number">0.5</td></tr>');
    expect(html).toContain(`<img alt="draw.svg" src="data:image/svg+xml;base64,`);
    expect(html).not.toMatch(/<script/i);
    expect(html).toContain('<li>model.png of train <span class="item">2.9 MiB</span></li>');
    expect(html).toContain("They are in <code>/work/.esteira/artifacts/recsys/1</code>");
    expect(html).toContain("prd · version 1.0.0 · succeeded after 4 min · 2026-01-31 03:00 UTC");
  });

  test("is a few hundred kB at most", () => {
    const image = Buffer.alloc(LARGEST_PART);
    image.set([0x89, 0x50, 0x4e, 0x47]);
    const parts = [0, 1, 2].map((index) =>
      part(`${index}.png`, "", { size: image.length, content: image }),
    );
    const chosen = chosenParts(parts);
    const read = parts.map((one) => (chosen.has(one) ? one : { ...one, content: undefined }));
    const { html } = reportPage({ run, parts: read, place: "" });
    expect(Buffer.byteLength(html)).toBeLessThan(450_000);
  });
});
