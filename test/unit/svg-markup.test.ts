import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fittedText } from '../../src/shared/svg/fitted-text';
import { svg, svgDocument, svgText } from '../../src/shared/svg/markup';

test('a prompt that is markup stays a prompt', () => {
  const prompt = `</text><script>alert(1)</script><image href="x" onload='y'/>]]>&amp;`;
  const { text } = svg`<text x="${1}" data-prompt="${prompt}">${prompt}</text>`;
  const escaped =
    '&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;image href=&quot;x&quot; onload=&#39;y&#39;/&gt;]]&gt;&amp;amp;';
  assert.equal(text, `<text x="1" data-prompt="${escaped}">${escaped}</text>`);
});

test('no text of any kind can open a tag, end an attribute or begin an entity of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (any) => {
      assert.match(svgText(any), /^(?:[^<>&"']|&(?:amp|lt|gt|quot|#39);)*$/u);
    }),
  );
});

test('what XML cannot hold is replaced, so that the file opens', () => {
  const controls = Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join('');
  assert.equal(svgText(`a${controls}b\ud800c\uffff`), `a${'�'.repeat(9)}\t\n${'�'.repeat(2)}\r${'�'.repeat(18)}b�c�`);
});

test('marks that turn their surroundings around are left out; letters and joined emoji stay', () => {
  assert.equal(svgText('\u202Egnp.exe\u202C 👩‍👧 ראש'), 'gnp.exe 👩‍👧 ראש');
});

test('numbers are short, and what is no number is 0', () => {
  assert.equal(svg`${1 / 3} ${NaN} ${-0.001}`.text, '0.33 0 0');
});

test('markup in markup is not escaped again, lists are joined, null is nothing', () => {
  const parts = [svg`<a/>`, null, [svg`<b/>`, '<']];
  assert.equal(svg`<g>${parts}</g>`.text, '<g><a/><b/>&lt;</g>');
});

test('a document has its title first, and its colours cannot leave their attributes', () => {
  const text = svgDocument({
    width: 10,
    height: 20,
    title: '<b>',
    ground: '"/><script/>',
    text: '#000',
    content: null,
  });
  assert.match(text, /<title>&lt;b&gt;<\/title>/);
  assert.ok(!text.includes('<script'));
});

test('a text is cut to what fits, also one of ten thousand letters', () => {
  const { text, width } = fittedText('x'.repeat(10_000), 13, 260);
  assert.ok(text.endsWith('…') && width <= 260, `${width}`);
  assert.equal(fittedText('two\nlines', 13, 260).text, 'two lines');
});
