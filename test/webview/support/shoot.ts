// A screenshot of the panel alone:
// node --import tsx test/webview/support/shoot.ts --state space --theme dark --width 1200 --out /tmp/x.png [--press KEYS] [--click SELECTOR] [--hover SELECTOR] [--select SELECTOR] [--forced]
import { parseArgs } from 'node:util';
import { openBrowser } from './browser';
import { textPanel } from './text-panel';
import type { ThemeName } from './themes';

const { values } = parseArgs({
  options: {
    state: { type: 'string', default: 'space' },
    theme: { type: 'string', default: 'dark' },
    width: { type: 'string', default: '1200' },
    height: { type: 'string', default: '900' },
    out: { type: 'string', default: '/tmp/panel.png' },
    /** Done in this order: clicks, hover, keys. A selector is Playwright's. */
    click: { type: 'string', multiple: true, default: [] },
    hover: { type: 'string' },
    press: { type: 'string', multiple: true, default: [] },
    type: { type: 'string' },
    /** Of this element alone. */
    select: { type: 'string' },
    /** The text panel, and a state of text-states.ts. */
    text: { type: 'boolean', default: false },
    forced: { type: 'boolean', default: false },
    /** What fits the window alone, not the whole page. */
    view: { type: 'boolean', default: false },
  },
});

const browser = await openBrowser(values.text ? textPanel : undefined);
try {
  const page = await browser.open({
    state: values.state,
    theme: values.theme as ThemeName,
    width: Number(values.width),
    height: Number(values.height),
    forcedColors: values.forced,
  });
  for (const selector of values.click) await page.locator(selector).first().click();
  if (values.hover) await page.locator(values.hover).first().hover();
  for (const key of values.press) await page.keyboard.press(key);
  if (values.type) await page.keyboard.type(values.type);
  await page.waitForTimeout(250);
  if (values.select) await page.locator(values.select).first().screenshot({ path: values.out });
  else await page.screenshot({ path: values.out, fullPage: !values.view });
  for (const fault of browser.faults) console.error(`fault: ${fault}`);
  console.log(values.out);
} finally {
  await browser.close();
}
