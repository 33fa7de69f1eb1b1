import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { markdownHtml } from "./markdown.ts";

describe("Markdown", () => {
  test("a line ends a list, and a bar that is meant is in its cell", () => {
    expect(markdownHtml("- a\n- b\n* * *\n| k | v |\n|---|---|\n| a \\| b | 1 |")).toBe(
      [
        "<ul><li>a</li><li>b</li></ul>",
        "<hr>",
        '<div class="wide"><table><thead><tr><th>k</th><th>v</th></tr></thead><tbody><tr><td>a | b</td><td>1</td></tr></tbody></table></div>',
      ].join("\n"),
    );
  });

  test("has what people write in a report", () => {
    expect(
      markdownHtml(
        "# Sales\nof *July*, **up**\n\n- a `x < y`\n- b\n\n| k | v |\n| --- | ---: |\n| a | 1 |\n\n> said\n\n```\nx <- 1\n```\n[MLflow](https://mlflow.example.com/#/1)",
      ),
    ).toBe(
      [
        "<h3>Sales</h3>",
        "<p>of <em>July</em>, <strong>up</strong></p>",
        "",
        "<ul><li>a <code>x &lt; y</code></li><li>b</li></ul>",
        "",
        '<div class="wide"><table><thead><tr><th>k</th><th>v</th></tr></thead><tbody><tr><td>a</td><td>1</td></tr></tbody></table></div>',
        "",
        "<blockquote><p>said</p></blockquote>",
        "",
        "<pre>x &lt;- 1</pre>",
        '<p><a href="https://mlflow.example.com/#/1" rel="noopener noreferrer">MLflow</a></p>',
      ].join("\n"),
    );
  });

  test("closed titles, aligned columns, and quotes deeper than anybody writes", () => {
    expect(markdownHtml("## Errors ##\na|b\n:-|-:\n1|2")).toBe(
      '<h4>Errors</h4>\n<div class="wide"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>',
    );
    expect(markdownHtml(`${">".repeat(20_000)} x`)).toBe(
      `${"<blockquote>".repeat(6)}<p>${"&gt;".repeat(19_994)} x</p>${"</blockquote>".repeat(6)}`,
    );
    expect(markdownHtml(`# ${"#".repeat(50_000)}x`)).toBe(`<h3>${"#".repeat(50_000)}x</h3>`);
  });

  test("shows HTML as text, and follows no address that runs something", () => {
    expect(markdownHtml("<script>alert(1)</script> [x](javascript:alert(1)) ![y](data:,z)")).toBe(
      "<p>&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) ![y](data:,z)</p>",
    );
    expect(markdownHtml('[x](https://a.com/"onclick="b)')).toBe(
      '<p><a href="https://a.com/&quot;onclick=&quot;b" rel="noopener noreferrer">x</a></p>',
    );
  });

  test("ends, and has only its tags, whatever it is given", () => {
    const signs = fc.constantFrom(
      ...Array.from("#*`|-> \n[]()<\"'&~_1."),
      "http://a",
      "```\n",
      "| - |\n",
      "<b>",
    );
    const allowed =
      /<\/?(?:h[3-6]|p|em|strong|ul|ol|li|code|pre|blockquote|hr|table|thead|tbody|tr|th|td)>|<div class="wide">|<\/div>|<a href="https?:[^"<>]*" rel="noopener noreferrer">|<a href="mailto:[^"<>]*" rel="noopener noreferrer">|<\/a>/g;
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 60 }), (text) => {
        expect(markdownHtml(text.join("")).replaceAll(allowed, "")).not.toMatch(/[<>]/);
      }),
    );
  });
});
