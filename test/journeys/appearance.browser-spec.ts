import type { Browser, Page } from 'playwright-core';
import {
  axeFindings,
  cutOff,
  DESKTOP,
  launch,
  PHONE,
  visit,
  ZOOMED,
  type Visit,
} from '../support/browser.js';
import { Scene, TENANT, type Links } from '../support/scene.js';

const NOW = '2026-11-24T10:02:00Z';
/** A browser on a busy machine. */
const LONG_MS = 120_000;

describe('To look at,', () => {
  let scene: Scene;
  let browser: Browser;
  let count = 0;
  beforeAll(async () => {
    scene = await Scene.open();
    browser = await launch();
  }, LONG_MS);
  afterAll(async () => {
    await browser?.close();
    await scene?.end();
  });

  const look = <T>(path: string, at: (page: Page) => Promise<T>, options?: Visit) =>
    visit(browser, scene.world.url + path, at, options);
  const text = (page: Page) => page.locator('main').innerText();
  const reader = () => scene.choosy(`look${++count}@example.org`, NOW);

  /** Every page that people meet, opened by a path and then a click. */
  const PAGES: [string, (links: Links) => string, string | null][] = [
    ['the sign-up form', () => `/s/${TENANT}/newsletter`, null],
    ['the unsubscribe page', ({ unsubscribe }) => unsubscribe, null],
    ['the unsubscribed page', ({ unsubscribe }) => unsubscribe, 'button.main'],
    ['the preference centre', ({ preferences }) => preferences, null],
    ['the preference centre after a stop', ({ preferences }) => preferences, '.rows button.plain'],
    ['the preference centre after all was stopped', ({ preferences }) => preferences, 'button.strong'],
    ['the preference centre with a mail on its way', ({ preferences }) => preferences, 'button.light'],
    ['the page of a wrong link', ({ preferences }) => `${preferences}x`, null],
  ];
  const WAYS: Visit[] = [
    { size: PHONE, scheme: 'light', language: 'en-GB' },
    { size: DESKTOP, scheme: 'dark', language: 'fr-FR' },
    { size: ZOOMED, scheme: 'light', language: 'fr-FR' },
  ];

  it.each(PAGES)(
    '%s has no fault that axe finds, and fits a phone, a desktop and 200 %% zoom, light and dark',
    async (_, pathOf, click) => {
      const links = await reader();
      for (const way of WAYS) {
        await look(
          pathOf(links),
          async (page) => {
            if (click !== null && (await page.locator(click).count()) > 0)
              await page.locator(click).first().click();
            for (const summary of await page.locator('summary').all())
              if ((await summary.locator('..').getAttribute('open')) === null) await summary.click();
            expect(await axeFindings(page)).toEqual([]);
            expect(await cutOff(page)).toEqual([]);
            // Text alone at twice its size (WCAG 2.2, 1.4.4).
            await page.addStyleTag({ content: 'html{font-size:200%}' });
            expect(await cutOff(page)).toEqual([]);
          },
          { ...way, inject: true },
        );
      }
    },
    LONG_MS,
  );

  it(
    'the confirmation pages have no fault that axe finds',
    async () => {
      const email = `axe${++count}@example.org`;
      await scene.move(NOW);
      await look(`/s/${TENANT}/newsletter`, async (page) => {
        await page.getByLabel('Your e-mail address').fill(email);
        await page.getByRole('button').click();
      });
      const link = await scene.confirmation(email);
      for (const steps of [[], ['button.main']])
        await look(
          link,
          async (page) => {
            for (const step of steps) await page.click(step);
            expect(await axeFindings(page)).toEqual([]);
            expect(await cutOff(page)).toEqual([]);
          },
          { inject: true },
        );
      await look(
        `/s/${TENANT}/newsletter`,
        async (page) => {
          await page.getByLabel('Your e-mail address').fill('nobody@nowhere');
          await page.getByRole('button').click();
          expect(await page.getByLabel('Your e-mail address').getAttribute('aria-invalid')).toBe('true');
          expect(await axeFindings(page)).toEqual([]);
        },
        { inject: true },
      );
    },
    LONG_MS,
  );

  it(
    'the preference centre can be printed, and be seen in forced colours, without motion',
    async () => {
      const { preferences } = await reader();
      await look(
        preferences,
        async (page) => {
          await page.emulateMedia({ media: 'print' });
          expect(await page.getByRole('button').first().isVisible()).toBe(false);
          expect(await text(page)).toContain('You said no on 20 November 2026.');
          await page.emulateMedia({ media: 'screen', forcedColors: 'active', reducedMotion: 'reduce' });
          expect(await page.getByRole('button').first().isVisible()).toBe(true);
          expect(await axeFindings(page)).toEqual([]);
        },
        { inject: true },
      );
    },
    LONG_MS,
  );
});
