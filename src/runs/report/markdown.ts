import { escaped } from "./escape.ts";

/**
 * Markdown as HTML: headings, paragraphs, lists, quotes, tables, code, emphasis and links. What is
 * HTML in it is shown as text, and a link leads to http, https or an address for mail only: nothing
 * that a step wrote runs.
 */
export function markdownHtml(text: string): string {
  return blocksOf(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

/** Quotes within quotes; deeper ones are shown as they are written. */
const deepest = 6;

function blocksOf(lines: readonly string[], depth: number): string {
  const html: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const block = blockAt(lines, at, depth);
    html.push(block.html);
    at = block.next;
  }
  return html.join("\n");
}

interface Block {
  readonly html: string;
  /** Line after it. */
  readonly next: number;
}

const fence = /^\s{0,3}(```+|~~~+)/;
const heading = /^\s{0,3}(#{1,6})\s(.*)$/;
const rule = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const bullet = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const quote = /^\s{0,3}>\s?(.*)$/;

function blockAt(lines: readonly string[], at: number, depth: number): Block {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { html: "", next: at + 1 };
  const fenced = fence.exec(line)?.[1];
  if (fenced !== undefined) return codeAt(lines, at, fenced);
  const [, marks, title] = heading.exec(line) ?? [];
  if (marks !== undefined) {
    // The page's own headings are above those of its parts.
    const level = Math.min(6, marks.length + 2);
    return { html: `<h${level}>${inline(titleOf(title ?? ""))}</h${level}>`, next: at + 1 };
  }
  if (rule.test(line)) return { html: "<hr>", next: at + 1 };
  if (depth < deepest && quote.test(line)) {
    const end = endOf(lines, at, (one) => quote.test(one));
    const inner = lines.slice(at, end).map((one) => quote.exec(one)?.[1] ?? "");
    return { html: `<blockquote>${blocksOf(inner, depth + 1)}</blockquote>`, next: end };
  }
  if (line.includes("|") && divides(lines[at + 1] ?? "")) return tableAt(lines, at);
  if (bullet.test(line)) return listAt(lines, at);
  const end = endOf(lines, at, (one, index) => one.trim() !== "" && (index === at || !begins(one)));
  return { html: `<p>${inline(lines.slice(at, end).join("\n"))}</p>`, next: end };
}

/** Without the signs that may close it, too. */
function titleOf(text: string): string {
  const title = text.trim();
  let end = title.length;
  while (title[end - 1] === "#") end -= 1;
  return title.slice(0, end).trim();
}

/** Whether the line is between the head and the body of a table. */
function divides(line: string): boolean {
  return cellsOf(line).every((cell) => /^:?-+:?$/.test(cell));
}

function begins(line: string): boolean {
  return [fence, heading, rule, quote, bullet].some((one) => one.test(line));
}

function endOf(
  lines: readonly string[],
  at: number,
  within: (line: string, index: number) => boolean,
): number {
  let end = at;
  while (end < lines.length && within(lines[end] ?? "", end)) end += 1;
  return Math.max(end, at + 1);
}

function codeAt(lines: readonly string[], at: number, fenced: string): Block {
  const end = endOf(lines, at + 1, (one) => !one.trim().startsWith(fenced));
  const first = lines[at + 1];
  const none = first === undefined || first.trim().startsWith(fenced);
  const code = none ? [] : lines.slice(at + 1, end);
  return { html: `<pre>${escaped(code.join("\n"))}</pre>`, next: none ? at + 2 : end + 1 };
}

function listAt(lines: readonly string[], at: number): Block {
  const ordered = /\d/.test(bullet.exec(lines[at] ?? "")?.[2] ?? "");
  const end = endOf(
    lines,
    at,
    (one) => !rule.test(one) && (bullet.test(one) || /^\s+\S/.test(one)),
  );
  const items: string[] = [];
  for (const line of lines.slice(at, end)) {
    const [, indent = "", , text] = bullet.exec(line) ?? [];
    // What is indented belongs to the item before it; lists within lists are shown as one.
    if (text === undefined) items.push(`${items.pop() ?? ""}\n${line.trim()}`);
    else items.push(`${indent.length >= 2 ? "– " : ""}${text}`);
  }
  const tag = ordered ? "ol" : "ul";
  const html = items.map((item) => `<li>${inline(item)}</li>`).join("");
  return { html: `<${tag}>${html}</${tag}>`, next: end };
}

function tableAt(lines: readonly string[], at: number): Block {
  const end = endOf(lines, at + 2, (one) => one.includes("|"));
  const last = lines[at + 2]?.includes("|") === true ? end : at + 2;
  const row = (line: string, tag: string): string =>
    `<tr>${cellsOf(line)
      .map((cell) => `<${tag}>${inline(cell)}</${tag}>`)
      .join("")}</tr>`;
  const body = lines.slice(at + 2, last).map((line) => row(line, "td"));
  const html = `<div class="wide"><table><thead>${row(lines[at] ?? "", "th")}</thead><tbody>${body.join("")}</tbody></table></div>`;
  return { html, next: last };
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Of one block: code first, since nothing in it means anything. */
function inline(text: string): string {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part) =>
      part.length > 2 && part.startsWith("`") && part.endsWith("`")
        ? `<code>${escaped(part.slice(1, -1))}</code>`
        : emphasised(escaped(part)),
    )
    .join("");
}

function emphasised(html: string): string {
  return html
    .replaceAll(
      /\[([^\][\n]{1,500})\]\((https?:\/\/[^\s()]{1,2000}|mailto:[^\s()]{1,500})\)/g,
      '<a href="$2" rel="noopener noreferrer">$1</a>',
    )
    .replaceAll(/\*\*([^*\n]{1,1000})\*\*/g, "<strong>$1</strong>")
    .replaceAll(/(?<![\w*])\*([^*\n]{1,1000})\*(?![\w*])/g, "<em>$1</em>");
}
