import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The first chromium found. Its absence is a failure, never a reason to skip. */
export function chromiumPath(given = process.env['CHROMIUM_PATH']): string {
  const found = (given === undefined ? PLACES : [given]).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `no browser at ${given ?? PLACES.join(', ')}: install one with` +
      ' "apt-get update && apt-get install -y --no-install-recommends chromium" or set CHROMIUM_PATH',
  );
}

/** Root, as in containers, has no sandbox to use; nothing is fetched but what a test opens. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });

export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1280, height: 900 };
/** 200 % zoom on a narrow window: half as many CSS pixels, down to the 320 of WCAG 2.2, 1.4.10. */
export const ZOOMED = { width: 320, height: 400 };

export interface Visit {
  readonly script?: boolean;
  /** Lets a test put a script or a style of its own into the page, which the page's policy refuses. */
  readonly inject?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
  readonly scheme?: 'light' | 'dark';
  /** Device pixels per CSS pixel. */
  readonly scale?: number;
  readonly language?: string;
}

/** A window of its own on the path, closed after `look`. Fails on anything the page could not load or that CSP refused. */
export async function visit<T>(
  browser: Browser,
  url: string,
  look: (page: Page) => Promise<T>,
  {
    script = false,
    inject = false,
    size = PHONE,
    scheme = 'light',
    scale = 1,
    language = 'en-GB',
  }: Visit = {},
): Promise<T> {
  const context = await browser.newContext({
    javaScriptEnabled: script || inject,
    bypassCSP: inject,
    viewport: size,
    colorScheme: scheme,
    deviceScaleFactor: scale,
    locale: language,
  });
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    page.on('requestfailed', (request) => faults.push(`${request.url()} was not loaded`));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`${request.url()} is elsewhere`);
    });
    await page.goto(url);
    const seen = await look(page);
    // Statuses are told on the console too; the tests look at them themselves.
    const told = faults.filter((fault) => !/status of 4\d\d/.test(fault));
    if (told.length > 0) throw new Error(`the page had faults:\n${told.join('\n')}`);
    return seen;
  } finally {
    await context.close();
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, as lines to read; WCAG 2.2 A and AA, and its best practices. Needs `inject`. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
      };
    };
    const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: standards });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
  });
}

/** What does not fit into the window's width, or is cut off in its own box, as lines to read. Needs `inject`. */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    interface Box {
      readonly left: number;
      readonly right: number;
    }
    interface Element {
      readonly className: string;
      readonly outerHTML: string;
      readonly scrollWidth: number;
      readonly clientWidth: number;
      getBoundingClientRect(): Box;
    }
    const { document, innerWidth } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<Element>; documentElement: Element };
      innerWidth: number;
    };
    const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
    const cut = [...document.querySelectorAll('body *:not(.unseen)')].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      const clipped = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
      return left < -1 || right > innerWidth + 1 || clipped;
    });
    return [...wide, ...cut.map((element) => element.outerHTML.slice(0, 120))];
  });
