import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvText } from '../../src/shared/csv';

test('a cell with a comma, a quote or a line break is quoted, and its quotes are doubled (RFC 4180)', () => {
  assert.equal(
    csvText([
      ['prompt', 'logit'],
      ['a man, bald', 10.5],
      ['the "best" one', -1e-7],
      ['two\nlines', 0.1 + 0.2],
    ]),
    'prompt,logit\r\n"a man, bald",10.5\r\n"the ""best"" one",-1e-7\r\n"two\nlines",0.30000000000000004\r\n',
  );
});

test('white space at the ends survives programs that trim, and what is no number is empty', () => {
  assert.equal(csvText([[' a ', NaN, Infinity, '']]), '" a ",,,\r\n');
});

test('a text with every awkward character is read back by a plain RFC 4180 reader', () => {
  const cells = ['"', '""', ',', '\r\n', '\r', 'a"b,c\nd', '=1+1', '👾', '\u202ex'];
  assert.deepEqual(parsed(csvText([cells, cells])), [cells, cells]);
});

/** The grammar of RFC 4180, by hand. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let [row, at]: [string[], number] = [[], 0];
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else for (; text[at] !== ',' && text[at] !== '\r'; at++) cell += text[at];
    row.push(cell);
    if (text[at] === ',') at++;
    else {
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
