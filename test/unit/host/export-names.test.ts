import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportName } from '../../../src/host/panels/export-name';
import { nameOf, safeFileName } from '../../../src/host/names';

test('an export is named after its image, and a picture after its prompt too', () => {
  assert.equal(exportName('png', '/pictures/space.png', 'A bald man!', 1), 'space-1-a-bald-man.png');
  assert.equal(exportName('json', '/pictures/space.png', 'a', 0), 'space-explained.json');
  assert.equal(exportName('safetensors', '/pictures/two.dots.jpg', 'a', 0), 'two.dots-heads.safetensors');
  assert.equal(exportName('html', '/pictures/space.png', 'a', 0), 'space-report.html');
});

test('hostile prompts and names of files become harmless names', () => {
  assert.equal(exportName('png', '/p/x.png', '../../etc/passwd', 0), 'x-0-etc-passwd.png');
  assert.equal(exportName('png', '/p/x.png', '<img src=x onerror=alert(1)>', 0), 'x-0-img-src-x-onerror-alert-1.png');
  assert.equal(exportName('png', '/p/x.png', '🚀', 2), 'x-2.png');
  assert.ok(exportName('png', '/p/x.png', 'a'.repeat(10_000), 0).length < 60);
});

test('a suggested name loses folders, reserved characters and directions', () => {
  assert.equal(safeFileName('../../a/b.svg'), 'b.svg');
  assert.equal(safeFileName('C:\\temp\\a.csv'), 'a.csv');
  assert.equal(safeFileName('a:b*c?"<>|.svg'), 'abc.svg');
  assert.equal(safeFileName('photo\u202egnp.svg'), 'photognp.svg');
  assert.equal(safeFileName('...'), 'attention-lens');
  assert.equal(safeFileName('con.csv'), 'con-.csv');
  assert.equal(safeFileName('Größe 日本.svg'), 'Größe 日本.svg');
  const long = safeFileName(`${'é'.repeat(500)}.svg`);
  assert.ok(long.endsWith('.svg') && Buffer.byteLength(long) <= 255, String(Buffer.byteLength(long)));
});

test('the last part of a URI’s path is its name', () => {
  assert.equal(nameOf('/a/b.png'), 'b.png');
  assert.equal(nameOf('/a/b/'), 'b');
  assert.equal(nameOf('/'), '/');
});
