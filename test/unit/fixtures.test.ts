import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from './support/evaluate';
import { fixtureNames, loadFixture } from './support/fixture';

for (const name of fixtureNames())
  test(`${name}: outputs, attentions, gradients, hidden states, embedding gradients and relevance agree with PyTorch`, async () => {
    const { faults } = await evaluate(loadFixture(name));
    assert.deepEqual(faults, []);
  });
