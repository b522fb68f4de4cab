// screenshots   Writes docs/images/*.png: the pages of the running product, with people and tools of its own.
// Run `npm run screenshots`, which builds before. Needs a Chromium (test/support/browser.ts says where it is looked for).
import { mkdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { launch, visit } from '../test/dist/support/browser.js';
import { Scene, TENANT } from '../test/dist/support/scene.js';
import { root } from './workspace.mjs';

const FOLDER = join(root, 'docs', 'images');
const LARGEST = 150 * 1024;
const PHONE = { width: 390, height: 760 };
const TALL = { width: 390, height: 930 };

const ADA = 'ada@example.org';
const GRACE = 'grace@example.org';

mkdirSync(FOLDER, { recursive: true });
const scene = await Scene.open();
const browser = await launch();
try {
  const shoot = async (name, path, { act, ...options }) => {
    const file = join(FOLDER, `${name}.png`);
    const take = async (page) => {
      await act?.(page);
      await page.screenshot({ path: file });
    };
    await visit(browser, scene.world.url + path, take, { scale: 1.5, ...options });
    const { size } = statSync(file);
    if (size > LARGEST) throw new Error(`${relative(root, file)} has ${size} bytes: show less of the page`);
    console.log(`${relative(root, file)} ${Math.ceil(size / 1024)} kB`);
  };
  const press = (name) => (page) => page.getByRole('button', { name }).click();

  const ada = await scene.choosy(ADA, '2026-11-24T10:02:00Z');
  await shoot('unsubscribed', ada.unsubscribe, { size: TALL, act: press('Unsubscribe') });
  await scene.move('2026-11-24T10:03:00Z');
  await shoot('preferences', ada.preferences, { size: TALL });
  await shoot('preferences-dark', ada.preferences, { size: TALL, scheme: 'dark', language: 'fr-FR' });

  const form = `/s/${TENANT}/newsletter`;
  const fill = (page) => page.getByLabel('Your e-mail address').fill(GRACE);
  await shoot('sign-up', form, { size: PHONE });
  await visit(browser, scene.world.url + form, async (page) => {
    await fill(page);
    await press('Send me the confirmation mail')(page);
  });
  const confirmation = await scene.confirmation(GRACE);
  await shoot('mail', '/mailbox', { size: PHONE, act: (page) => page.locator('h2 a').first().click() });
  await shoot('confirmed', confirmation, { size: PHONE, act: (page) => page.locator('button.main').click() });
} finally {
  await browser.close();
  await scene.end();
}
