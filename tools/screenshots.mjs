// screenshots   Writes docs/images/*.png: the pages of the running product, with people and tools of its own.
// Run `npm run screenshots`, which builds before. Needs a Chromium (test/support/browser.ts says where it is looked for).
import { mkdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { launch, visit } from '../test/dist/support/browser.js';
import { Scene, TENANT } from '../test/dist/support/scene.js';
import { root } from './workspace.mjs';

const FOLDER = join(root, 'docs', 'images');
const LARGEST = 150 * 1024;
const WIDE = { width: 720, height: 980 };
const PHONE = { width: 390, height: 700 };

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
    await visit(browser, scene.world.url + path, take, options);
    const { size } = statSync(file);
    if (size > LARGEST) throw new Error(`${relative(root, file)} has ${size} bytes: show less of the page`);
    console.log(`${relative(root, file)} ${Math.ceil(size / 1024)} kB`);
  };
  const press = (name) => (page) => page.getByRole('button', { name }).click();

  const ada = await scene.choosy(ADA, '2026-11-24T10:02:00Z');
  await shoot('unsubscribe', ada.unsubscribe, { size: PHONE });
  await shoot('preference-centre-dark', ada.preferences, { size: PHONE, scheme: 'dark', language: 'fr-FR' });
  await shoot('unsubscribed', ada.unsubscribe, { size: PHONE, act: press('Unsubscribe') });
  await scene.move('2026-11-24T10:03:00Z');
  await shoot('preference-centre', ada.preferences, { size: WIDE });

  await shoot('sign-up', `/s/${TENANT}/newsletter`, {
    size: PHONE,
    act: async (page) => {
      await page.getByLabel('Your e-mail address').fill(GRACE);
    },
  });
  await shoot('signed-up', `/s/${TENANT}/newsletter`, {
    size: PHONE,
    act: async (page) => {
      await page.getByLabel('Your e-mail address').fill(GRACE);
      await press('Send me the confirmation mail')(page);
    },
  });
  await shoot('confirm', await scene.confirmation(GRACE), { size: PHONE });
} finally {
  await browser.close();
  await scene.end();
}
