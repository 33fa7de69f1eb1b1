import { cleanText } from "../../core/clean-text.ts";
import type { Field, Message } from "./message.ts";
import { wordsOf } from "./words.ts";

const colours = {
  good: "#1a7f37",
  bad: "#cf222e",
  neutral: "#57606a",
  text: "#1f2328",
  dim: "#57606a",
  line: "#d0d7de",
  shade: "#f6f8fa",
} as const;

const sans = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const mono = "font-family:Menlo,Consolas,'Courier New',monospace";

/**
 * A message as an HTML document for mail programs: tables and inline styles, which is what Gmail
 * and Outlook keep, no image, no script and nothing that is fetched. Everything in it is escaped: a
 * log's lines may hold markup.
 */
export function messageHtml(message: Message): string {
  const { language, tone, title, headline, notes, cause, facts, steps, changes, log } = message;
  const words = wordsOf(language);
  const sections = [
    cause.map(({ label, text }) => paragraph(`<b>${escaped(label)}</b><br>${escaped(text)}`)),
    rows(facts),
    ...(steps.length === 0
      ? []
      : [
          heading(words.steps),
          table(
            steps.map(
              ({ id, text, tone: how }) =>
                `<tr>${cell(escaped(id), mono)}${cell(escaped(text), `color:${colours[how]}`)}</tr>`,
            ),
          ),
        ]),
    ...(changes.length === 0 ? [] : [heading(words.changed), rows(changes)]),
    ...(log === undefined ? [] : [heading(log.title), block(log.lines.join("\n"))]),
    ...(message.url === undefined ? [] : [link(message.url, words.next.open, colours[tone])]),
    ...message.next
      .filter(({ text }) => text !== message.url)
      .map(({ label, text }) =>
        text.startsWith("https://")
          ? link(text, label, colours.neutral)
          : `${heading(label)}${block(text)}`,
      ),
  ].flat();
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title></head><body style="margin:0;padding:0;background:${colours.shade}"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:${colours.shade}"><tr><td align="center" style="padding:16px 8px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;background:#ffffff;border:1px solid ${colours.line};border-top:4px solid ${colours[tone]};${sans};font-size:14px;line-height:20px;color:${colours.text}"><tr><td style="padding:20px"><div style="font-size:18px;line-height:24px;font-weight:600;color:${colours[tone]}">${escaped(title)}</div>${paragraph(escaped(headline))}${notes.map((note) => paragraph(escaped(note))).join("")}${sections.join("")}</td></tr></table></td></tr></table></body></html>`;
}

function heading(text: string): string {
  return `<div style="margin:16px 0 4px;font-weight:600">${escaped(text)}</div>`;
}

function paragraph(html: string): string {
  return `<div style="margin:8px 0;word-break:break-word">${html}</div>`;
}

function rows(fields: readonly Field[]): string {
  return table(
    fields.map(
      ({ label, text }) =>
        `<tr>${cell(escaped(label), `color:${colours.dim};white-space:nowrap`)}${cell(escaped(text), "")}</tr>`,
    ),
  );
}

function table(lines: readonly string[]): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:8px 0;${sans};font-size:14px;line-height:20px">${lines.join("")}</table>`;
}

function cell(html: string, style: string): string {
  return `<td valign="top" style="padding:2px 12px 2px 0;word-break:break-word;${style}">${html}</td>`;
}

function block(text: string): string {
  return `<div style="margin:4px 0;padding:8px 12px;background:${colours.shade};border:1px solid ${colours.line};${mono};font-size:12px;line-height:18px;white-space:pre-wrap;word-break:break-word">${escaped(text)}</div>`;
}

function link(url: string, text: string, colour: string): string {
  return `<div style="margin:16px 0"><a href="${escaped(url)}" style="display:inline-block;padding:8px 16px;background:${colour};color:#ffffff;text-decoration:none;font-weight:600">${escaped(text)}</a></div>`;
}

function escaped(text: string): string {
  return cleanText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
