/**
 * The look of the public pages, served as a file of its own so that the pages need no inline style (CSP `style-src
 * 'self'`). Text contrast is 7:1 or more in light and dark; the tenant's colour fills surfaces only, with a text colour
 * computed for it.
 */
export const PAGE_CSS = `
:root{color-scheme:light dark;--paper:#fff;--ground:#f3f4f6;--ink:#16191d;--quiet:#434b55;--line:#767e88;--hair:#d3d8de;--brand:#1d4e89;--on-brand:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#1b1f24;--ground:#101317;--ink:#f2f4f6;--quiet:#c3cad2;--line:#8b949e;--hair:#3a434d}}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;background:var(--ground);color:var(--ink)}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;padding:0 1rem 3rem;overflow-wrap:break-word}
header{align-self:stretch;margin:0 -1rem clamp(1.5rem,8vh,5rem);padding:.9rem 1.25rem;background:var(--brand);color:var(--on-brand);font-weight:600}
main{width:100%;max-width:36rem;background:var(--paper);border:1px solid var(--hair);border-radius:.75rem;padding:clamp(1.25rem,5vw,2.5rem)}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.2;text-wrap:balance}
h2{margin:2rem 0 .5rem;font-size:1.1rem}
p{margin:0 0 1rem}
.quiet{color:var(--quiet)}
.news{border-left:.3rem solid var(--brand);padding:.25rem 0 .25rem .9rem;font-weight:600}
form{margin:0}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.6rem 1.4rem;border-radius:.5rem;border:2px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button.main{background:var(--brand);color:var(--on-brand);min-width:12rem}
button:hover{text-decoration:underline}
a{color:inherit;text-underline-offset:.2em}
a:focus-visible,button:focus-visible,h1:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
ul{list-style:none;margin:0;padding:0}
li{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;padding:.75rem 0;border-bottom:1px solid var(--hair)}
li>span:first-child{flex:1 1 12rem}
.after{margin:1.5rem 0 0;padding-top:1.25rem;border-top:1px solid var(--hair)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (forced-colors:active){button.main{border-color:ButtonText}}
@media print{header{color:var(--ink);background:none}form{display:none}}
`;

/** Of a tenant: its colour, and black or white on it, whichever can be read better (WCAG 2.2, relative luminance). */
export function brandCss(colour: string | undefined): string {
  if (colour === undefined || !/^#[0-9a-f]{6}$/i.test(colour)) return '';
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(parseInt(colour.slice(at, at + 2), 16) / 255),
  );
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const onBrand = (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000' : '#fff';
  return `:root{--brand:${colour.toLowerCase()};--on-brand:${onBrand}}`;
}

const linear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
