/** The whole style of the documentation; the report's colours, and code that scrolls by itself on a phone. */
export const docsStyle = `
:root { color-scheme: light dark; --ground: #fbfaf8; --card: #fff; --code: #f4f2ee; --ink: #1c1b1a; --dim: #65615c; --line: #e2ded8; --accent: #c2410c; --read: #23734a; --write: #9a5b00; --remove: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #151515; --card: #1e1e1d; --code: #272624; --ink: #eeece8; --dim: #a39e96; --line: #343230; --accent: #fb8b4b; --read: #6fce9a; --write: #e0b050; --remove: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 40px 24px 64px; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0; font-size: clamp(1.5rem, 4vw, 2.25rem); line-height: 1.15; text-wrap: balance; }
h2 { margin: 0 0 8px; font-size: 1.2rem; } h2::first-letter { text-transform: uppercase; }
h4 { margin: 16px 0 4px; font-size: .92rem; } h4 .dim { font-weight: 400; }
p { margin: 8px 0; overflow-wrap: anywhere; }
section { margin-top: 24px; padding: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
a { color: var(--accent); } nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 12px; }
.kicker { margin: 0 0 4px; color: var(--accent); font-size: .8rem; font-weight: 650; letter-spacing: .08em; text-transform: uppercase; }
.lead, .dim { color: var(--dim); } .lead { max-width: 46rem; margin: 8px 0 0; } .dim { font-size: .92em; }
code { font: .88em/1.5 ui-monospace, "SF Mono", Consolas, monospace; }
p code, td code, h4 code { padding: .08em .3em; border-radius: 3px; background: var(--code); overflow-wrap: anywhere; }
pre { margin: 8px 0; padding: 12px 14px; border-radius: 8px; background: var(--code); overflow-x: auto; }
details { border-top: 1px solid var(--line); } details:last-child { margin-bottom: -12px; }
summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 12px; padding: 11px 0; cursor: pointer; list-style: none; } summary::-webkit-details-marker { display: none; }
summary code { font-size: .92em; overflow-wrap: anywhere; min-width: 0; } summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary::before { content: "\\203a"; color: var(--dim); } details[open] > summary::before { transform: rotate(90deg); }
details[open] > summary { font-weight: 600; } details[open] { padding-bottom: 16px; }
.what { margin-left: auto; color: var(--dim); font-size: .92em; }
.method { width: 4.2em; font: 700 .78em ui-monospace, monospace; } .method-get, .method-head { color: var(--read); } .method-post, .method-put, .method-patch { color: var(--write); } .method-delete { color: var(--remove); }
.scroll { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th { color: var(--dim); font-weight: 550; text-align: left; } th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; } td:first-child { min-width: 8rem; } td:last-child { min-width: 9rem; }
@media (max-width: 560px) { body { padding: 24px 12px 40px; } section { padding: 16px; } .what { flex-basis: 100%; margin: 0; } }
`;
