import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureStatus } from '../../../src/host/panels/failure';
import { UntrustedModel } from '../../../src/host/trusted-models';
import { hostEvents } from '../../../src/shared/panel-schemas';
import {
  BadFile,
  BadImage,
  Cancelled,
  EngineCrashed,
  LensError,
  OutOfMemory,
  UnsupportedModel,
  UsageError,
  type ErrorKind,
} from '../../../src/shared/errors';
import * as v from 'valibot';

const said = (error: unknown) => {
  const status = failureStatus(error);
  assert.equal(status.kind, 'failed');
  return status.kind === 'failed' ? status : assert.fail();
};

test('cancelling is no failure', () => {
  assert.deepEqual(failureStatus(new Cancelled()), { kind: 'cancelled' });
});

test('our own sentences are said as they are', () => {
  const { message, error } = said(new BadFile('Cannot read the image a.png: there is no such file. Check the path.'));
  assert.equal(message, 'Cannot read the image a.png: there is no such file. Check the path.');
  assert.equal(error, 'bad-file');
});

test('an error of others is said as what it is: a fault, with a way out', () => {
  for (const error of [
    new TypeError('x is undefined'),
    'x is undefined',
    new LensError('internal', 'x is undefined'),
  ]) {
    const { message, actions } = said(error);
    assert.match(message, /^Something went wrong .*: x is undefined\. .*log\.$/);
    assert.ok(actions.includes('copy-diagnostics'));
  }
});

test('a model in an untrusted workspace offers trust first', () => {
  assert.equal(said(new UntrustedModel('/w/model')).actions[0], 'manage-trust');
});

test('a broken image offers another image, a broken model another model', () => {
  const image = said(new BadImage('Cannot read a.png as an image. Convert it.'));
  assert.equal(image.error, 'bad-file');
  assert.ok(image.actions.includes('choose-image') && !image.actions.includes('choose-model'));
  const model = said(new BadFile('config.json is damaged. Download it again.'));
  assert.ok(model.actions.includes('choose-model') && !model.actions.includes('choose-image'));
});

test('every failure has a way out that fits, and the panel accepts it', () => {
  const first: Readonly<Record<Exclude<ErrorKind, 'cancelled'>, [LensError, string]>> = {
    usage: [new UsageError('There is no prompt. Give at least one.'), 'retry'],
    'unsupported-model': [new UnsupportedModel('No attention. Choose another.'), 'choose-model'],
    'bad-file': [new BadFile('Damaged. Download it again.'), 'retry'],
    'out-of-memory': [new OutOfMemory('Full. Close something.'), 'retry'],
    crashed: [new EngineCrashed('It died. Try again.'), 'retry'],
    internal: [new LensError('internal', 'Oops'), 'retry'],
  };
  for (const [kind, [error, action]] of Object.entries(first)) {
    const status = said(error);
    assert.equal(status.error, kind);
    assert.equal(status.actions[0], action, kind);
    assert.equal(new Set(status.actions).size, status.actions.length);
    assert.ok(v.is(hostEvents.status, status), kind);
  }
});
