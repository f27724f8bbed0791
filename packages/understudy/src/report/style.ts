/** The page's whole style; colours follow the reader's light or dark setting. */
export const style = `
:root { color-scheme: light dark; --ground: #fbfaf8; --card: #fff; --ink: #1c1b1a; --dim: #65615c; --line: #e2ded8; --accent: #c2410c; --keep: #b9c3cc; --region: #d9a441; --good: #23734a; --poor: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #151515; --card: #1e1e1d; --ink: #eeece8; --dim: #a39e96; --line: #343230; --accent: #fb8b4b; --keep: #55606b; --region: #a97f2f; --good: #6fce9a; --poor: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 40px 24px 64px; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0; font-size: clamp(1.5rem, 4vw, 2.25rem); line-height: 1.15; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 0 0 8px; font-size: 1.2rem; }
h3 { margin: 24px 0 8px; font-size: .95rem; font-variant-numeric: tabular-nums; }
section { margin-top: 24px; padding: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
a { color: var(--accent); }
.kicker { margin: 0 0 4px; color: var(--accent); font-size: .8rem; font-weight: 650; letter-spacing: .08em; text-transform: uppercase; }
.lead, .dim, figcaption, footer { color: var(--dim); }
.lead { margin: 0; }
.summary { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 12px 0 0; padding: 0; list-style: none; color: var(--dim); }
.summary strong { color: var(--ink); }
.compare-row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 16px; }
.compare { margin: 0; max-width: 720px; }
.compare-first { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.compare-first .compare:first-child { grid-column: 1 / -1; max-width: none; }
.compare-pictures { --share: 50%; position: relative; overflow: hidden; border-radius: 8px; background: #000; }
.compare-pictures img { display: block; width: 100%; height: auto; }
.compare-pictures .before { position: absolute; inset: 0; height: 100%; clip-path: inset(0 calc(100% - var(--share)) 0 0); }
.divider { position: absolute; top: 0; bottom: 0; left: var(--share); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 4px #0008; pointer-events: none; }
.divider::after { content: "\\2194"; position: absolute; top: 50%; left: 50%; width: 30px; height: 30px; margin: -15px 0 0 -15px; border-radius: 50%; background: #fff; color: #222; font-size: 17px; line-height: 30px; text-align: center; box-shadow: 0 1px 5px #0006; }
.tag { position: absolute; bottom: 8px; padding: 1px 8px; border-radius: 99px; background: #000a; color: #fff; font-size: .72rem; pointer-events: none; }
.tag-before { left: 8px; } .tag-after { right: 8px; }
.compare-pictures input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
.compare-pictures:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
figcaption { margin-top: 6px; font-size: .85rem; font-variant-numeric: tabular-nums; }
.timeline { display: block; width: 100%; height: auto; margin: 8px 0; }
.timeline .swap, .key-swap { fill: var(--accent); background: var(--accent); }
.timeline .keep, .key-keep { fill: var(--keep); background: var(--keep); }
.timeline .region, .key-region { fill: var(--region); background: var(--region); }
.timeline line { stroke: var(--dim); } .timeline text { fill: var(--dim); font-size: 15px; }
.legend { margin: 0 0 12px; color: var(--dim); font-size: .9rem; }
.key { display: inline-block; width: 12px; height: 12px; margin: 0 7px 0 12px; border-radius: 3px; }
.legend .key:first-child, td .key { margin-left: 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th { color: var(--dim); font-weight: 550; text-align: left; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
.total td { border: 0; font-weight: 650; }
meter { width: 100%; min-width: 80px; }
.verdicts { margin: 0 0 8px; padding: 0; list-style: none; }
.verdicts li { position: relative; padding: 5px 0 5px 28px; }
.verdicts li::before { position: absolute; left: 2px; font-weight: 700; }
.verdicts .good::before { content: "\\2713"; color: var(--good); } .verdicts .poor::before { content: "!"; left: 6px; color: var(--poor); } .verdicts .plain::before { content: "\\00b7"; }
.verdicts strong { font-weight: 600; } .verdicts .dim { display: inline-block; font-size: .88rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0; font-size: .92rem; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 24px; font-size: .88rem; overflow-wrap: anywhere; }
@media (max-width: 560px) { .timeline line { display: none; } .timeline text { font-size: 34px; } body { padding: 24px 12px 40px; } section { padding: 16px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } }
`;
