import { openBrowser } from '/work/main/test/webview/support/browser';
const b = await openBrowser();
const run = async (state: string, width: number, prep: (p: any) => Promise<void>, keys: string[], label: string) => {
  const page = await b.open({ state, width, height: 1000 });
  await page.locator('.heads').scrollIntoViewIfNeeded();
  await page.locator('.head-tile').first().waitFor({ timeout: 60000 });
  await prep(page);
  await page.waitForTimeout(800);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Profiler.enable'); await cdp.send('Profiler.setSamplingInterval', { interval: 200 });
  await cdp.send('Profiler.start');
  const r = await page.evaluate(async (keys) => {
    const s: number[] = [], l: number[] = [], f: number[] = [];
    for (let i = 0; i < 20; i++) {
      await new Promise((d) => requestAnimationFrame(() => setTimeout(d, 30)));
      const a = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: keys[i % 2], bubbles: true, cancelable: true }));
      for (let k = 0; k < 20; k++) await Promise.resolve();
      const c = performance.now();
      document.body.getBoundingClientRect();
      const e = performance.now();
      await new Promise<void>((d) => requestAnimationFrame(() => { const ch = new MessageChannel(); ch.port1.onmessage = () => d(); ch.port2.postMessage(0); }));
      s.push(c - a); l.push(e - c); f.push(performance.now() - a);
    }
    const q = [s, l, f].map((x) => x.sort((u, w) => u - w)[10]!.toFixed(1)); return `script ${q[0]} layout ${q[1]} frame ${q[2]}`;
  }, keys);
  const { profile } = await cdp.send('Profiler.stop');
  const self = new Map<string, number>();
  const byId = new Map(profile.nodes.map((n: any) => [n.id, n]));
  profile.samples!.forEach((id: number, i: number) => { const n: any = byId.get(id); const k = `${n.callFrame.functionName}:${n.callFrame.lineNumber}`; self.set(k, (self.get(k) ?? 0) + profile.timeDeltas![i]! / 1000); });
  console.log(label, r);
  console.log([...self].sort((a, c) => c[1] - a[1]).slice(0, 14).map(([k, v]) => `   ${k} ${(v / 20).toFixed(2)}ms`).join('\n'));
};
const none = async () => {};
const which = process.argv[2] ?? 'all';
if (which === 'all' || which === 'big') await run('big', 1600, async (p) => { await p.keyboard.press('['); await p.waitForTimeout(1500); }, ['ArrowRight', 'ArrowLeft'], 'big head');
if (which === 'all' || which === 'big') await run('big', 1600, async (p) => { await p.keyboard.press('['); await p.waitForTimeout(1500); }, [']', '['], 'big layer');
if (which === 'all' || which === 'small') await run('space', 1200, none, ['ArrowRight', 'ArrowLeft'], 'space head');
if (which === 'all' || which === 'small') await run('space', 1200, none, ['[', ']'], 'space layer');
if (which === 'all' || which === 'small') await run('space', 1200, none, ['ArrowDown', 'ArrowUp'], 'space prompt');
if (which === 'all' || which === 'text') await run('hostile', 1200, async (p) => { await p.evaluate(() => (document.activeElement as any)?.blur()); for (let i = 0; i < 6; i++) await p.keyboard.press('ArrowDown'); await p.locator('.heads').getByRole('radio', { name: 'text', exact: true }).click(); await p.waitForTimeout(500); await p.locator('.head-switch').first().dblclick(); await p.evaluate(() => (document.activeElement as any)?.blur()); }, ['[', ']'], 'text77 layer');
await b.close();
