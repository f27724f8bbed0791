/** The page's whole style: one column for a phone in one hand; colours follow the reader's light or dark setting. */
export const personStyle = `
:root { color-scheme: light dark; --ground: #f6f4f0; --card: #fff; --ink: #1c1b1a; --dim: #65615c; --line: #e2ded8; --accent: #a8390b; --on-accent: #fff; --good: #23734a; --poor: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #151515; --card: #1e1e1d; --ink: #eeece8; --dim: #a39e96; --line: #343230; --accent: #fb8b4b; --on-accent: #1c1b1a; --good: #6fce9a; --poor: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 640px; padding: 32px 16px 48px; background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
.kicker { margin: 0 0 4px; color: var(--accent); font-size: .78rem; font-weight: 650; letter-spacing: .08em; text-transform: uppercase; }
h1 { margin: 0 0 12px; font: 600 clamp(1.7rem, 7vw, 2.2rem)/1.15 Charter, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; text-wrap: balance; }
h2 { margin: 0 0 12px; font-size: 1.1rem; }
p { margin: 0 0 12px; }
.lead, .dim { color: var(--dim); }
section, form { margin-top: 20px; padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
article + article { margin-top: 20px; padding-top: 20px; border-top: 1px solid var(--line); }
blockquote { margin: 0 0 12px; padding-left: 14px; border-left: 3px solid var(--accent); font-family: Charter, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; white-space: pre-line; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0; font-size: .95rem; }
dt { color: var(--dim); }
dd { margin: 0; }
.state { display: inline-block; margin: 0 0 10px; padding: 1px 10px; border: 1px solid currentColor; border-radius: 99px; color: var(--dim); font-size: .82rem; font-weight: 600; }
.state-live { color: var(--good); }
.state-revoked { color: var(--poor); }
ul { margin: 0; padding-left: 20px; }
li + li { margin-top: 6px; }
.videos { padding: 0; list-style: none; }
.videos li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; }
.videos li + li { margin: 14px 0 0; padding-top: 14px; border-top: 1px solid var(--line); }
.videos div { flex: 1 1 60%; }
.videos p { margin: 0; }
.small { font-size: .88rem; }
a { color: var(--accent); }
a, button, input, textarea, select { border-radius: 8px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.choices { padding: 0; list-style: none; }
.choices a { display: block; padding: 12px 0; color: var(--ink); text-decoration: none; }
.choices li + li { margin: 0; border-top: 1px solid var(--line); }
.choices strong { display: block; color: var(--accent); }
.choices strong::after { content: " \\2192"; }
.watch, button { display: inline-block; min-height: 48px; padding: 11px 20px; border: 1px solid var(--accent); background: transparent; color: var(--accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
button { width: 100%; margin-top: 8px; background: var(--accent); color: var(--on-accent); }
.back { display: block; margin-top: 16px; padding: 10px; text-align: center; }
label { display: block; margin: 0 0 14px; }
.check { display: flex; gap: 12px; align-items: flex-start; }
.check input { flex: none; width: 22px; height: 22px; margin: 2px 0 0; accent-color: var(--accent); }
textarea, select, input[type="text"] { display: block; width: 100%; margin-top: 4px; padding: 11px; border: 1px solid var(--line); background: var(--ground); color: inherit; font: inherit; }
.problem { color: var(--poor); font-weight: 600; }
footer { margin-top: 24px; color: var(--dim); font-size: .88rem; }
@media (max-width: 420px) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } }
`;
