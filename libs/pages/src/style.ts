import { createHash } from 'node:crypto';

/**
 * The look of the pages for people, served as a file of its own so that no inline style has to be allowed (CSP
 * `style-src 'self'`). Text keeps a contrast of 4.5:1 or more in light and dark, controls 3:1 (WCAG 2.2, 1.4.3 and
 * 1.4.11); nothing is told by colour alone; sizes are relative, so that 200 % zoom cuts nothing off.
 */
export const PAGE_CSS = `
:root{
  color-scheme:light dark;
  --ground:#f3f5f7;--paper:#fff;--wash:#f5f7f9;--ink:#14181d;--quiet:#4a5360;--line:#737d89;--hair:#dde2e7;
  --good:#12603b;--good-wash:#e8f4ed;--warn:#744600;--warn-wash:#fcf2df;
  --brand:#1d4e89;--on-brand:#fff;--brand-ink:#1d4e89;
  --small:.9375rem;--text:1.0625rem;--head:1.1875rem;--title:clamp(1.5rem,1.25rem + 1.4vw,2rem);
  --gap:1rem;--edge:clamp(1.25rem,5vw,2.5rem);--round:.625rem
}
@media (prefers-color-scheme:dark){:root{
  --ground:#0e1115;--paper:#171b20;--wash:#1e2329;--ink:#eef1f4;--quiet:#b4bdc7;--line:#87919c;--hair:#2f363e;
  --good:#7fd3a6;--good-wash:#14291f;--warn:#f0c572;--warn-wash:#2c2412;
  --brand:#8ab4ea;--on-brand:#000;--brand-ink:#8ab4ea
}}
*,*::before,*::after{box-sizing:border-box}
html{background:var(--ground);color:var(--ink);font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100svh;display:flex;flex-direction:column;font-size:var(--text);overflow-wrap:anywhere}
header,main,footer{width:100%;max-width:42rem;margin:0 auto;padding-inline:var(--edge)}
header{padding-block:1rem}
.brand{display:flex;align-items:center;gap:.65rem;margin:0;font-weight:650;letter-spacing:-.01em}
.mark{display:grid;place-items:center;flex:none;width:2.1rem;height:2.1rem;border-radius:.5rem;background:var(--brand);color:var(--on-brand);font-size:1.05rem;line-height:1}
main{background:var(--paper);border-block:1px solid var(--hair);padding-block:clamp(1.5rem,5vw,2.5rem)}
footer{padding-block:1.25rem 2.5rem;color:var(--quiet);font-size:var(--small)}
footer p{margin:0 0 .35rem}
@media (min-width:44rem){
  header{padding-block:2rem 1.1rem;padding-inline:.25rem}
  main{border:1px solid var(--hair);border-radius:1rem;box-shadow:0 1px 2px #10182808,0 8px 28px #1018280a}
  footer{padding-inline:.25rem}
}
h1{margin:0 0 1rem;font-size:var(--title);line-height:1.2;font-weight:650;letter-spacing:-.018em;text-wrap:balance}
h2{margin:2.25rem 0 .5rem;font-size:var(--head);line-height:1.3;font-weight:650;letter-spacing:-.008em}
h3{margin:0;font-size:var(--text);line-height:1.35;font-weight:650}
p{margin:0 0 var(--gap)}
p:last-child{margin-bottom:0}
.lead{font-size:1.125rem;text-wrap:pretty}
.quiet{color:var(--quiet)}
.small{font-size:var(--small)}
a{color:var(--brand-ink);text-underline-offset:.18em;text-decoration-thickness:.07em}
a:hover{text-decoration-thickness:.13em}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px;border-radius:.25rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

form{margin:0}
main>form:not(:last-child){margin-bottom:1.25rem}
main>p+form{margin-top:1.5rem}
button{font:inherit;font-weight:600;line-height:1.25;min-height:2.75rem;padding:.6rem 1.1rem;border-radius:var(--round);border:1px solid var(--line);background:var(--paper);color:var(--ink);cursor:pointer;transition:background-color .12s}
button:hover{background:var(--wash)}
button:focus-visible{border-radius:var(--round)}
button.main{min-height:3.1rem;padding:.75rem 1.75rem;border:2px solid var(--brand-ink);background:var(--brand);color:var(--on-brand)}
button.main:hover,button.main:active{text-decoration:underline;text-underline-offset:.2em}
button.strong{min-height:3.1rem;padding:.75rem 1.5rem;border:2px solid var(--ink)}
button.light{border-color:transparent;background:none;padding-inline:0;color:var(--brand-ink);font-size:var(--small);text-decoration:underline;text-underline-offset:.18em}
button.light:hover{background:none;text-decoration-thickness:.13em}
@media (max-width:30rem){button.main,button.strong{width:100%}}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center;margin-top:1.5rem}
.actions form{flex:0 1 auto}
@media (max-width:30rem){.actions form,.actions button{width:100%}}
.after{margin:2rem 0 0;padding-top:1.25rem;border-top:1px solid var(--hair)}
.field{margin:0 0 1.25rem}
label{display:block;margin-bottom:.35rem;font-weight:600}
input{width:100%;min-height:3rem;padding:.6rem .8rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:var(--round)}
input[type=checkbox],input[type=radio]{width:1.35rem;min-height:1.35rem;height:1.35rem;margin:0 .6rem 0 0;vertical-align:-.25rem;accent-color:var(--brand-ink)}
select{min-height:3rem;padding:.6rem .8rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:var(--round)}
input[aria-invalid=true]{border:2px solid var(--warn)}
.field .quiet,.error{margin:0 0 .4rem;font-size:var(--small)}
.error{color:var(--warn);font-weight:600}
.error::before{content:"! " / ""}

.status{display:grid;grid-template-columns:auto 1fr;gap:.15rem .75rem;margin:0 0 1.5rem;padding:1rem 1.1rem;border:1px solid transparent;border-radius:var(--round);background:var(--wash)}
.status::before{grid-row:1;content:"i" / "";display:grid;place-items:center;width:1.5rem;height:1.5rem;border-radius:50%;background:var(--quiet);color:var(--paper);font-size:.9rem;font-weight:700;line-height:1}
.status>*{grid-column:2;margin:0}
.status-title{font-weight:650}
.status .actions{margin-top:.75rem}
.status.done{background:var(--good-wash)}.status.done::before{content:"✓" / "";background:var(--good)}
.status.warning{background:var(--warn-wash)}.status.warning::before{content:"!" / "";background:var(--warn)}

.rows{list-style:none;margin:1rem 0 0;padding:0;border-top:1px solid var(--hair)}
.rows>li{padding:1.35rem 0;border-bottom:1px solid var(--hair)}
.row-head{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:flex-start;justify-content:space-between}
.row-head>:first-child{flex:1 1 9rem}
.chip{display:inline-flex;align-items:center;gap:.45rem;margin:.3rem 0 0;font-size:var(--small);font-weight:600;color:var(--quiet)}
.chip::before{content:"";flex:none;width:.65rem;height:.65rem;border-radius:50%;border:2px solid currentColor}
.chip.on{color:var(--good)}.chip.on::before{background:currentColor}
.chip.wait{color:var(--warn)}.chip.wait::before{border-style:dashed}
.chip.off{color:var(--ink)}.chip.off::before{border-radius:.15rem;background:currentColor}
.facts{margin:.6rem 0 0;padding:0;list-style:none;color:var(--quiet);font-size:var(--small)}
.facts>li{margin:.15rem 0}
.row-act{display:flex;flex-wrap:wrap;align-items:center;gap:0 .6rem;margin-top:.35rem;font-size:var(--small)}
.row-act p{margin:0}

details{margin-top:.35rem;font-size:var(--small)}
summary{display:inline-flex;align-items:center;gap:.45rem;min-height:2.5rem;padding:.25rem 0;color:var(--brand-ink);font-weight:600;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"" / "";width:.5rem;height:.5rem;border:solid currentColor;border-width:0 2px 2px 0;transform:rotate(-45deg);margin-right:.15rem}
details[open]>summary::before{transform:rotate(45deg)}
summary:hover{text-decoration:underline;text-underline-offset:.2em}
.notice{margin:.35rem 0 .5rem;padding:1rem 1.1rem;border-radius:var(--round);background:var(--wash)}
.notice :is(h2,h3,h4){margin:0 0 .5rem;font-size:1rem;line-height:1.35}
.notice ul{margin:0;padding-left:1.15rem}
.notice p{margin:0 0 .6rem}

.trail{list-style:none;margin:.35rem 0 .25rem;padding:0}
.trail>li{position:relative;padding:.2rem 0 .75rem 1.9rem}
.trail>li::before{content:"" / "";position:absolute;left:.1rem;top:.42rem;width:1.1rem;height:1.1rem;border:2px solid var(--line);border-radius:50%;background:var(--paper);display:grid;place-items:center;font-size:.75rem;font-weight:700;line-height:1}
.trail>li:not(:last-child)::after{content:"";position:absolute;left:.6rem;top:1.6rem;bottom:-.35rem;border-left:2px solid var(--hair)}
.trail>.seen::before{content:"✓" / "";border-color:var(--good);background:var(--good);color:var(--paper)}
.trail>.told::before{border-color:var(--good);background:linear-gradient(90deg,var(--good) 50%,var(--paper) 50%)}
.trail>.due::before{border-style:dashed;border-color:var(--warn)}
.trail>.stuck::before{content:"!" / "";border-color:var(--warn);background:var(--warn);color:var(--paper)}
.trail>.none::before{content:"–" / ""}
.trail b{display:block;font-weight:650}
.trail span{color:var(--quiet)}

.box{margin-top:2.25rem;padding:1.35rem;border:1px solid var(--hair);border-radius:var(--round);background:var(--wash)}
.box>h2:first-child{margin-top:0}
.box .strong{background:var(--paper)}
.plain-list{margin:.5rem 0 0;padding-left:1.15rem}

@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media (prefers-contrast:more){:root{--quiet:var(--ink);--hair:var(--line)}}
@media (forced-colors:active){
  .mark,.status,.chip::before,.notice{border:1px solid CanvasText}
  .chip.on::before,.chip.off::before,.trail>.seen::before,.trail>.stuck::before{forced-color-adjust:none;background:CanvasText;color:Canvas;border-color:CanvasText}
  button.main{border:3px solid ButtonText}
}
@media print{
  :root{--ground:#fff;--paper:#fff;--wash:#fff;--ink:#000;--quiet:#222;--hair:#999}
  body{font-size:11pt}
  main{border:0;box-shadow:none}
  header,main,footer{padding-inline:0;max-width:none}
  form,.actions{display:none}
  .rows>li{break-inside:avoid}
  details::details-content{content-visibility:visible;block-size:auto}
  .status,.box,.notice{border:1px solid #999}
}
`;

/** Part of the style's address, so that no browser lays an older one over newer pages. */
export const STYLE_VERSION = createHash('sha256').update(PAGE_CSS).digest('hex').slice(0, 8);
