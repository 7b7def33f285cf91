import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { reportHtml } from '../../src/explain/report/report';
import { colourMaps, diverging } from '../../src/shared/colour/maps';
import { methods, type Explanation, type Method } from '../../src/shared/explanation';
import { read } from '../../src/shared/reading';
import { heatTops } from '../../src/shared/scale';
import { layersAdvice, layersPhrase } from '../../src/shared/wording';
import { explanation, prompt, tower } from './support/explanation';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

function report(traced: Explanation, method: Method = 'relevance', mime = 'image/png'): string {
  const reading = read(traced, { method });
  return reportHtml({
    explanation: traced,
    reading,
    photo: { bytes: png, mime },
    overlays: traced.prompts.map(() => png),
    tops: heatTops(reading, 'own'),
    table: method === 'signed' ? diverging : colourMaps.inferno,
  });
}

/** Text between tags and attribute values: what must hold no markup of a datum. */
const hostile = '<script>alert(1)</script> "><img src=x onerror=alert(2)> \' & </style> </title> \u202e \u0000';

test('the page is one file: no scripts, no style attributes, nothing loaded, and its CSP names its one style sheet', () => {
  for (const method of methods) {
    const page = report(explanation(), method);
    assert.doesNotMatch(page, /<script|<link|<iframe|<object|@import|\sstyle=|\son\w+=|url\(/i);
    for (const [, url] of page.matchAll(/(?:src|href)="([^"]*)"/g)) assert.match(url!, /^data:image\/png;base64,/);
    assert.doesNotMatch(page, /https?:/);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    const csp = `default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`;
    assert.ok(page.includes(`content="${csp}"`));
    assert.ok(page.indexOf('Content-Security-Policy') < page.indexOf('<title>'));
  }
});

test('every datum is escaped: prompts, words, file names, model names, warnings, media types', () => {
  const base = explanation({ prompts: [prompt(hostile, 1, 0.5), prompt('a cow', 1, 0.5)], warnings: [hostile] });
  const page = report(
    { ...base, model: { ...base.model, name: hostile, about: hostile }, image: { ...base.image, path: `/x\\${hostile.replaceAll('/', '')}` } }, // prettier-ignore
    'relevance',
    'image/png"><script>',
  );
  assert.ok(!/<script|<img src=x|\u202e|\u0000/i.test(page));
  assert.equal(page.match(/<\/style>/g)!.length, 1);
  assert.equal(page.match(/<\/title>/g)!.length - page.match(/<rect[^>]*><title>/g)!.length, 1);
  assert.match(page, /data:application\/octet-stream;base64,/);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
});

test('each prompt has its picture, row and words, tied to one choice; the first is chosen', () => {
  const page = report(explanation());
  for (const k of [0, 1])
    for (const id of [`pick-${k}`, `picture-${k}`, `prompt-${k}`, `words-${k}`])
      assert.equal(page.match(new RegExp(` id="${id}"`, 'g'))?.length, 1, id);
  assert.match(page, /id="pick-0" aria-labelledby="prompt-0" checked/);
  assert.match(page, /id="pick-photo"/);
  assert.ok([...page.matchAll(/<img [^>]*>/g)].every(([tag]) => /alt="[^"]+"/.test(tag)));
});

test('each heat map has its numbers in a table with headers', () => {
  const page = report(explanation());
  const tables = [...page.matchAll(/<table class="grid"[\s\S]*?<\/table>/g)];
  assert.equal(tables.length, 2);
  assert.equal(tables[0]![0].match(/<td/g)!.length, 1 + 6);
  assert.equal(tables[0]![0].match(/<th scope="(row|col)"/g)!.length, 2 + 3);
});

test('the page says method, layers, crop, assumptions, cut prompts and warnings', () => {
  const base = explanation({ prompts: [{ ...prompt('a cow', 3, 1), truncatedTo: 16 }], warnings: ['Alpha was dropped.'] }); // prettier-ignore
  const page = report({ ...base, model: { ...base.model, logitScale: { value: 100, bias: 0, assumed: true } } });
  for (const said of [
    'Relevance: attention times its gradient',
    'Image: layer 2, the last. Text: layer 1, the last.',
    'the dimmed part, 25\u00a0% of it, it did not see',
    'The logit scale 100 is assumed',
    'cut after 16 tokens',
    'Alpha was dropped.',
    'A tiny CLIP for tests.',
  ])
    assert.ok(page.includes(said), said);
});

test('a map of zeros says so and has no NaN', () => {
  const traced = explanation();
  const reading = read(traced, { method: 'relevance' });
  const prompts = reading.prompts.map((p) => ({ map: new Float32Array(6), tokens: p.tokens.map(() => 0), words: p.words.map(() => 0) })); // prettier-ignore
  const page = reportHtml({
    explanation: traced,
    reading: { ...reading, prompts },
    photo: { bytes: png, mime: 'image/png' },
    overlays: [png, png],
    tops: [0, 0],
    table: colourMaps.inferno,
  });
  assert.match(page, /zero everywhere/);
  assert.doesNotMatch(page, /NaN|undefined|null/);
});

test('layers are named as people say them, and many layers carry the authors’ warning', () => {
  const cls = { layers: 12, pooling: null };
  const { pooling } = tower({ layers: 1, tokens: 4, prompts: 1, readOut: 'pooling', prefix: 0 });
  const pooled = { layers: 12, pooling };
  const said = (first: number, last: number, of: typeof cls | typeof pooled, method: Method = 'relevance'): string =>
    layersPhrase({ first, last }, of, method);
  assert.equal(said(11, 11, cls), 'layer 11, the last');
  assert.equal(said(0, 11, cls), 'all 12 layers (0–11)');
  assert.equal(said(3, 5, cls), 'layers 3–5');
  assert.equal(said(3, 5, cls, 'raw'), 'layer 5');
  assert.equal(said(12, 12, pooled), 'the pooling head alone');
  assert.equal(said(0, 12, pooled), 'all 12 layers (0–11) and the pooling head');
  assert.equal(said(11, 12, pooled), 'layer 11 and the pooling head');

  const traced = explanation();
  assert.equal(layersAdvice(traced, read(traced, { method: 'relevance' })), null);
  assert.match(layersAdvice(traced, read(traced, { method: 'relevance', layers: 'all' }))!, /Artefacts/);
  assert.equal(layersAdvice(traced, read(traced, { method: 'raw', layers: 'all' })), null);
});
