import assert from 'node:assert/strict';
import test from 'node:test';
import { AtRest } from '../../../src/host/at-rest';

void test('what is asked for often is done once, when that rests', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let done = 0;
  const rest = new AtRest(() => done++, 100);
  for (let i = 0; i < 5; i++) {
    rest.ask();
    t.mock.timers.tick(99);
  }
  assert.deepEqual([done, rest.waiting], [0, true]);
  t.mock.timers.tick(1);
  assert.deepEqual([done, rest.waiting], [1, false]);
  t.mock.timers.tick(1000);
  assert.equal(done, 1);
});

void test('it is done at once where that is wanted, and not again; what waits when it is disposed is not', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let done = 0;
  const rest = new AtRest(() => done++, 100);
  rest.ask(500);
  rest.now();
  t.mock.timers.tick(500);
  assert.equal(done, 1);
  rest.ask();
  rest.dispose();
  t.mock.timers.tick(500);
  assert.deepEqual([done, rest.waiting], [1, false]);
});
