import type { ComponentChildren } from "preact";

/**
 * Markdown as elements of the page: headings, lists, quotes, code, tables, emphasis and links to
 * other sites. HTML in it stays text, and pictures stay their description: a step wrote it, so that
 * nothing of it may run, and nothing may be loaded that says who reads it.
 */
export function Markdown({ text }: { readonly text: string }) {
  return <div class="markdown">{blocksOf(text).map(draw)}</div>;
}

/** A part of a text between empty lines. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: "quote"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "rule" }
  | { readonly kind: "paragraph"; readonly text: string };

const item = /^\s{0,8}(?:[-*+]|(?<number>\d{1,9})[.)])\s+(?<text>.*)$/;
const fence = /^\s{0,3}(?<mark>`{3,}|~{3,})/;
const heading = /^(?<marks>#{1,6})\s+(?<text>.*?)\s*#*$/;
const rule = /^\s{0,3}(?:-\s*){3,}$|^\s{0,3}(?:\*\s*){3,}$/;
const divider = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** The blocks of a text, each line looked at once. */
export function blocksOf(text: string): readonly Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  let at = 0;
  const while_ = (holds: (line: string) => boolean): readonly string[] => {
    const from = at;
    while (at < lines.length && holds(lines[at] ?? "")) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const head = heading.exec(line)?.groups;
    const mark = fence.exec(line)?.groups?.["mark"];
    if (line.trim() === "") at += 1;
    else if (mark !== undefined) {
      at += 1;
      const inside = while_((one) => !one.trim().startsWith(mark));
      at += 1;
      blocks.push({ kind: "code", text: inside.join("\n") });
    } else if (head !== undefined) {
      at += 1;
      blocks.push({ kind: "heading", level: head["marks"]?.length ?? 1, text: head["text"] ?? "" });
    } else if (rule.test(line)) {
      at += 1;
      blocks.push({ kind: "rule" });
    } else if (line.startsWith(">")) {
      const inside = while_((one) => one.startsWith(">"));
      blocks.push({ kind: "quote", text: inside.map((one) => one.replace(/^>\s?/, "")).join(" ") });
    } else if (item.test(line)) blocks.push(listOf(while_((one) => one.trim() !== "")));
    else if (line.includes("|") && divider.test(lines[at + 1] ?? "")) {
      const [top = "", , ...rows] = while_((one) => one.includes("|"));
      blocks.push({ kind: "table", head: cellsOf(top), rows: rows.map(cellsOf) });
    } else {
      const inside = while_(
        (one) => one.trim() !== "" && !heading.test(one) && !fence.test(one) && !item.test(one),
      );
      blocks.push({ kind: "paragraph", text: inside.join(" ") });
    }
  }
  return blocks;
}

function listOf(lines: readonly string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const found = item.exec(line)?.groups;
    if (found === undefined) items.push(`${items.pop() ?? ""} ${line.trim()}`.trim());
    else items.push(found["text"] ?? "");
  }
  const ordered = item.exec(lines[0] ?? "")?.groups?.["number"] !== undefined;
  return { kind: "list", ordered, items };
}

const cellsOf = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());

function draw(block: Block): ComponentChildren {
  switch (block.kind) {
    case "heading":
      return <p class={`heading h${block.level}`}>{inline(block.text)}</p>;
    case "code":
      return <pre>{block.text}</pre>;
    case "quote":
      return <blockquote>{inline(block.text)}</blockquote>;
    case "rule":
      return <hr />;
    case "paragraph":
      return <p>{inline(block.text)}</p>;
    case "list": {
      const items = block.items.map((text) => <li>{inline(text)}</li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return (
        <table>
          <thead>
            <tr>
              {block.head.map((cell) => (
                <th scope="col" class="given">
                  {inline(cell)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row) => (
              <tr>
                {row.map((cell) => (
                  <td>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
  }
}

const spans =
  /`(?<code>[^`]{1,2000})`|\*\*(?<strong>[^*]{1,2000})\*\*|(?<![\w*])[*_](?<em>[^*_\s][^*_]{0,2000})[*_](?!\w)|!\[(?<picture>[^\]]{0,500})\]\([^)\s]{0,2000}\)|\[(?<label>[^\]]{1,500})\]\((?<href>[^)\s]{1,2000})\)/g;

function inline(text: string): readonly ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(spans)) {
    parts.push(text.slice(at, match.index), span(match));
    at = match.index + match[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

function span({ groups = {}, 0: whole }: RegExpExecArray): ComponentChildren {
  if (groups["code"] !== undefined) return <code>{groups["code"]}</code>;
  if (groups["strong"] !== undefined) return <strong>{groups["strong"]}</strong>;
  if (groups["em"] !== undefined) return <em>{groups["em"]}</em>;
  if (groups["picture"] !== undefined) return <small>{groups["picture"]}</small>;
  const href = groups["href"] ?? "";
  if (!/^https?:\/\//i.test(href)) return groups["label"] ?? whole;
  return (
    <a class="link" href={href} target="_blank" rel="noopener noreferrer nofollow">
      {groups["label"]}
    </a>
  );
}
