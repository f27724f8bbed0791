/** One A4 page: the words that were agreed to stand out, everything else is quiet. The same on screen and on paper. */
export const receiptStyle = `
@page { size: A4; margin: 0; }
:root { color-scheme: light; --ink: #1d1c1a; --dim: #67625b; --line: #ddd8d0; --accent: #a8390b; --ground: #f1eee9; }
* { box-sizing: border-box; }
html { background: var(--ground); }
body { margin: 0; color: var(--ink); font: 9.6pt/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.page { display: flex; flex-direction: column; width: 210mm; min-height: 297mm; max-width: 100%; margin: 8mm auto; padding: 17mm 20mm 13mm; background: #fff; box-shadow: 0 1px 12px #0001; }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 8mm; padding-bottom: 5mm; border-bottom: .4mm solid var(--ink); }
.kicker { margin: 0 0 1mm; color: var(--accent); font-size: 8pt; font-weight: 650; letter-spacing: .09em; text-transform: uppercase; }
h1 { margin: 0; font: 600 22pt/1.12 Charter, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; overflow-wrap: anywhere; }
header p:last-child { flex: none; margin: 0; color: var(--dim); text-align: right; font-variant-numeric: tabular-nums; }
.state { display: inline-block; padding: 0 2.4mm; border: .3mm solid currentColor; border-radius: 99px; color: var(--accent); font-weight: 600; }
blockquote { margin: 6.5mm 0 6.5mm; padding-left: 5mm; border-left: .8mm solid var(--accent); font: 12pt/1.5 Charter, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; white-space: pre-line; overflow-wrap: anywhere; }
blockquote footer { margin-top: 1.6mm; color: var(--dim); font: 8pt/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
dl { display: grid; grid-template-columns: 33mm minmax(0, 1fr); gap: 1.3mm 5mm; margin: 0; padding: 4.5mm 0; border-top: .2mm solid var(--line); }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm 9mm; padding: 4.5mm 0 5.5mm; border-top: .2mm solid var(--line); }
h2 { margin: 0 0 1.2mm; font-size: 9.6pt; font-weight: 650; }
.columns p, .columns ul { margin: 0 0 1.6mm; }
ul { padding-left: 4mm; }
li { margin-bottom: .7mm; }
code { font: 8pt/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.commands code { font-size: 7.2pt; white-space: nowrap; }
.fingerprints { margin: 0; padding: 0; list-style: none; }
.page > footer { margin-top: auto; padding-top: 3.5mm; border-top: .2mm solid var(--line); color: var(--dim); font-size: 8pt; }
.page > footer p { margin: 0; overflow-wrap: anywhere; }
@media print { html { background: #fff; } .page { margin: 0; box-shadow: none; } }
@media screen and (max-width: 640px) { .page { min-height: 0; margin: 0; padding: 6mm; } header { display: block; } header p:last-child { margin-top: 2mm; text-align: left; } .columns, dl { grid-template-columns: 1fr; } dd { margin-bottom: 1.5mm; } }
`;
