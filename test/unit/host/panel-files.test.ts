import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileNews, movedPath, worstNews } from '../../../src/host/panels/stamp';
import { trustedModel, UntrustedModel } from '../../../src/host/trusted-models';

const stamp = { mtime: 1000, size: 50 };

test('a file that is written again or of another size has changed; one that is missing is gone', () => {
  assert.equal(fileNews(stamp, { ...stamp }), 'same');
  assert.equal(fileNews(stamp, { ...stamp, mtime: 1001 }), 'changed');
  assert.equal(fileNews(stamp, { ...stamp, size: 51 }), 'changed');
  assert.equal(fileNews(stamp, null), 'gone');
});

test('of a file system that does not say, nothing is concluded', () => {
  assert.equal(fileNews(null, null), 'same');
  assert.equal(fileNews(null, stamp), 'same');
});

test('of two images the worse news counts', () => {
  assert.equal(worstNews([]), 'same');
  assert.equal(worstNews(['same', 'changed']), 'changed');
  assert.equal(worstNews(['gone', 'changed']), 'gone');
});

test('a renamed file or folder takes its image along', () => {
  assert.equal(movedPath('/a/b.png', '/a/b.png', '/a/c.png'), '/a/c.png');
  assert.equal(movedPath('/a/in/b.png', '/a/in', '/a/out'), '/a/out/b.png');
  assert.equal(movedPath('/a/in/b.png', '/a', '/z'), '/z/in/b.png');
  assert.equal(movedPath('/a/b.png.bak', '/a/b.png', '/a/c.png'), null);
  assert.equal(movedPath('/ab/c.png', '/a', '/z'), null);
});

test('a model in an untrusted workspace is refused, also behind a link; one elsewhere is not', () => {
  const root = mkdtempSync(join(tmpdir(), 'lens-trust-'));
  const [workspace, elsewhere] = [join(root, 'work'), join(root, 'models')];
  mkdirSync(join(workspace, 'clip'), { recursive: true });
  mkdirSync(join(elsewhere, 'clip'), { recursive: true });
  symlinkSync(join(workspace, 'clip'), join(elsewhere, 'link'));
  assert.throws(() => trustedModel(join(workspace, 'clip'), [workspace], false), UntrustedModel);
  assert.throws(() => trustedModel(join(elsewhere, 'link'), [workspace], false), UntrustedModel);
  assert.throws(() => trustedModel(workspace, [workspace], false), UntrustedModel);
  assert.throws(() => trustedModel(join(workspace, 'not-yet-there'), [workspace], false), UntrustedModel);
  assert.equal(trustedModel(join(elsewhere, 'clip'), [workspace], false), join(elsewhere, 'clip'));
  assert.equal(trustedModel(join(workspace, 'clip'), [workspace], true), join(workspace, 'clip'));
  assert.equal(trustedModel(`${workspace}-copy`, [workspace], false), `${workspace}-copy`);
});
