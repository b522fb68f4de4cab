import type { Browser, Page } from 'playwright-core';
import { DESKTOP, launch, PHONE, visit, type Visit } from '../support/browser.js';
import { Scene, TENANT } from '../support/scene.js';

const NOW = '2026-11-24T10:02:00Z';
/** A browser on a busy machine. */
const LONG_MS = 120_000;

describe('In a browser', () => {
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
  const ask = async (email: string, purpose = 'newsletter') => {
    const question = { subject: { email }, purpose, channel: 'email' };
    return (await scene.world.done(TENANT, '/v1/eligibility', question))['code'];
  };
  const reader = () => scene.choosy(`browser${++count}@example.org`, NOW);

  it.each<[string, Visit]>([
    ['without script on a phone', { script: false, size: PHONE }],
    ['with script on a desktop', { script: true, size: DESKTOP, scheme: 'dark' }],
  ])(
    'a person signs up, confirms from the mail, stops, takes it back, unsubscribes and refuses all, %s',
    async (_, options) => {
      const email = `journey${++count}@example.org`;
      await scene.move(NOW);
      await look(
        `/s/${TENANT}/newsletter`,
        async (page) => {
          await page.getByLabel('Your e-mail address').fill(email);
          await page.getByRole('button', { name: 'Send me the confirmation mail' }).click();
          expect(await text(page)).toContain('Look into your mailbox');
        },
        options,
      );
      expect(await ask(email)).toBe('confirmation-pending');
      await look(
        await scene.confirmation(email),
        async (page) => {
          await page.getByRole('button').click();
          expect(await text(page)).toContain('You are subscribed');
          await page.getByRole('link', { name: 'All your messages from Présent Infini' }).click();
          expect(await text(page)).toContain('You said yes on 24 November 2026 and confirmed it.');
        },
        options,
      );
      expect(await ask(email)).toBe('allowed');
      const { unsubscribe, preferences } = await scene.links(email);
      await look(
        preferences,
        async (page) => {
          await page.getByRole('button', { name: 'Stop Newsletter' }).click();
          expect(await page.getByRole('status').innerText()).toContain(
            'will no longer send you “Newsletter”',
          );
          expect(await ask(email)).toBe('objection-in-force');
          await page.getByRole('button', { name: 'Undo' }).click();
          expect(await page.getByRole('status').innerText()).toContain('Taken back');
        },
        options,
      );
      await scene.move('2026-11-24T10:02:10Z');
      expect(await ask(email)).toBe('allowed');
      await look(
        unsubscribe,
        async (page) => {
          await page.getByRole('button', { name: 'Unsubscribe' }).click();
          expect(await text(page)).toContain('You are unsubscribed');
          expect(await ask(email)).toBe('objection-in-force');
          await page.getByRole('button', { name: 'Undo' }).click();
          expect(await text(page)).toContain('as it was before your click');
          await page.getByRole('link').click();
          await page.getByRole('button', { name: 'Stop all advertising' }).click();
          expect(await text(page)).toContain('All advertising is stopped since 24 November 2026.');
        },
        options,
      );
      for (const purpose of ['newsletter', 'prospecting', 'loyalty'])
        expect(await ask(email, purpose)).toBe('objection-in-force');
    },
    LONG_MS,
  );

  it(
    'a person stops a purpose with the keyboard alone, and sees where they are',
    async () => {
      const { email, preferences } = await reader();
      await look(
        preferences,
        async (page) => {
          const focused = page.locator(':focus');
          const walked: string[] = [];
          for (let step = 0; step < 20; step++) {
            await page.keyboard.press('Tab');
            if ((await focused.count()) === 0) break;
            walked.push((await focused.innerText()).replace(/\s+/g, ' ').trim());
            const outline = await focused.evaluate((element) =>
              (
                globalThis as unknown as {
                  getComputedStyle(of: unknown): { outlineStyle: string; outlineWidth: string };
                }
              ).getComputedStyle(element),
            );
            expect([outline.outlineStyle, parseFloat(outline.outlineWidth)]).toEqual(['solid', 3]);
          }
          expect(walked).toEqual([
            'Stop Newsletter',
            'What you were told Newsletter',
            'Where this has been carried to Newsletter',
            'What you were told Offers and solicitations',
            'Where this has been carried to Offers and solicitations',
            'Send me a confirmation mail Offers and solicitations',
            'Say no Loyalty programme',
            'Send me a confirmation mail Loyalty programme',
            'Stop all advertising',
          ]);
          await page.getByText('What you were told').first().focus();
          await page.keyboard.press('Enter');
          expect(await text(page)).toContain('Your answer is optional');
          await page.getByRole('button', { name: 'Stop Newsletter' }).focus();
          await page.keyboard.press('Enter');
          await page.getByRole('status').waitFor();
        },
        { inject: true, size: DESKTOP },
      );
      expect(await ask(email)).toBe('objection-in-force');
    },
    LONG_MS,
  );

  it(
    'a screen reader is given the language, one heading, the parts of the page and a name for every button',
    async () => {
      const { preferences } = await reader();
      await look(
        preferences,
        async (page) => {
          expect(await page.locator('html').getAttribute('lang')).toBe('fr');
          expect(await page.title()).toBe('Vos messages de Présent Infini');
          for (const part of ['banner', 'main', 'contentinfo'] as const)
            expect(await page.getByRole(part).count()).toBe(1);
          expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
          expect(await page.getByRole('list', { name: 'Vos choix' }).count()).toBe(1);
          const names = await page.getByRole('button').allInnerTexts();
          expect(new Set(names.map((name) => name.replace(/\s+/g, ' '))).size).toBe(names.length);
          await page.getByRole('button', { name: 'Arrêter Lettre d’information' }).click();
          expect(await page.getByRole('status').innerText()).toContain('C’est fait');
        },
        { language: 'fr-FR' },
      );
    },
    LONG_MS,
  );
});
