/** The look of a report: light and dark by what the reader's system asks, and fit to be printed. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --line: #d1d9e0; --shade: #f6f8fa; --page: #fff; --c0: #0969da; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; --c4: #cf222e; --c5: #9a6700; --c6: #0f7a8a; --c7: #bf3989; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --line: #3d444d; --shade: #161b22; --page: #0d1117; --c0: #4493f8; --c1: #f0883e; --c2: #3fb950; --c3: #ab7df8; --c4: #f85149; --c5: #d29922; --c6: #39c5cf; --c7: #db61a2; } }
@media print { :root { --text: #000; --dim: #444; --line: #bbb; --shade: #f6f8fa; --page: #fff; } section { break-inside: avoid; } details { display: none; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; padding-bottom: .75rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 1.25rem 0 .5rem; } h4, h5, h6 { font-size: 1rem; margin: 1rem 0 .5rem; }
.facts, .note, .caption, .item { color: var(--dim); }
.facts { margin: .35rem 0 0; font-size: .9rem; overflow-wrap: anywhere; }
.note { font-size: .9rem; } .caption { margin: 0 0 .4rem; font-size: .85rem; font-weight: 600; }
section { margin: 0 0 1.75rem; } section > :last-child { margin-bottom: 0; }
p, ul, ol, blockquote, pre { margin: 0 0 .9rem; }
blockquote { border-left: 3px solid var(--line); color: var(--dim); padding-left: .9rem; margin-left: 0; }
a { color: var(--c0); } hr { border: 0; border-top: 1px solid var(--line); }
code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--shade); border-radius: 6px; }
code { padding: .15em .35em; overflow-wrap: anywhere; } pre { padding: .8rem 1rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
.wide { overflow-x: auto; margin-bottom: .9rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; white-space: nowrap; }
th { color: var(--dim); font-weight: 600; } .number { text-align: right; }
.chart { display: block; width: 100%; max-width: 46rem; height: auto; } .chart text { font: 11px system-ui, sans-serif; fill: var(--dim); } .chart .title { fill: var(--text); }
.chart .grid { stroke: var(--line); } .chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .chart .area { fill-opacity: .35; }
.c0 { fill: var(--c0); stroke: var(--c0); background: var(--c0); } .c1 { fill: var(--c1); stroke: var(--c1); background: var(--c1); } .c2 { fill: var(--c2); stroke: var(--c2); background: var(--c2); } .c3 { fill: var(--c3); stroke: var(--c3); background: var(--c3); } .c4 { fill: var(--c4); stroke: var(--c4); background: var(--c4); } .c5 { fill: var(--c5); stroke: var(--c5); background: var(--c5); } .c6 { fill: var(--c6); stroke: var(--c6); background: var(--c6); } .c7 { fill: var(--c7); stroke: var(--c7); background: var(--c7); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; font-size: .85rem; } .legend i { display: inline-block; width: .75rem; height: .75rem; border-radius: 3px; margin-right: .4rem; vertical-align: -1px; print-color-adjust: exact; }
footer { margin-top: 3rem; } footer ul { padding-left: 1.2rem; }
`;
