import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenSeries, nearestColumn } from '../../../src/shared/text/hidden-series';
import { plotBar, plotIndex, plotLine, plotX, plotY, type PlotPlace } from '../../../src/shared/text/plot-place';
import { plotScale, tickText } from '../../../src/shared/text/plot-scale';

const ticks = (values: readonly number[], zero = true) => {
  const scale = plotScale([values], { zero });
  return scale.ticks.map((tick) => tickText(tick, scale));
};

test('ticks are round, a few, and hold all the values', () => {
  assert.deepEqual(ticks([24.5, 73.9]), ['0', '20', '40', '60', '80']);
  assert.deepEqual(ticks([-7, 8]), ['−10', '−5', '0', '5', '10']);
  assert.deepEqual(ticks([0.0052, 0.0331, -0.0259], false), ['−0.04', '−0.02', '0.00', '0.02', '0.04']);
  assert.deepEqual(ticks([0.3, 0.1]), ['0.0', '0.1', '0.2', '0.3']);
  assert.deepEqual(ticks([2.1e-8]), ['0', '5.0e-9', '1.0e-8', '1.5e-8', '2.0e-8', '2.5e-8']);
});

for (const values of [[], [0, 0], [5, 5], [NaN, Infinity, 3], [1e9, -1e9], [1e-30]])
  test(`a scale of [${values.join(', ')}] is finite and not empty`, () => {
    for (const zero of [true, false]) {
      const { low, high, ticks } = plotScale([values], { zero });
      assert.ok(Number.isFinite(low) && high > low && ticks.length >= 2 && ticks.length < 12, `${low} ${high}`);
      for (const value of values) if (Number.isFinite(value)) assert.ok(value >= low && value <= high);
    }
  });

const place: PlotPlace = {
  width: 120,
  height: 100,
  left: 10,
  right: 110,
  top: 0,
  bottom: 100,
  count: 5,
  scale: plotScale([[0, 10]], { zero: true }),
  ends: false,
};

test('positions have their own part of the frame, or lie from end to end; a pixel finds its position again', () => {
  assert.deepEqual(
    [0, 4].map((i) => plotX(place, i)),
    [20, 100],
  );
  assert.deepEqual(
    [0, 4].map((i) => plotX({ ...place, ends: true }, i)),
    [10, 110],
  );
  for (const ends of [true, false])
    for (let i = 0; i < 5; i++) assert.equal(plotIndex({ ...place, ends }, plotX({ ...place, ends }, i)), i);
  assert.equal(plotIndex(place, -50), 0);
  assert.equal(plotIndex({ ...place, count: 1, ends: true }, 70), 0);
});

test('a line leaves a gap where there is no number, and bars stand on zero', () => {
  assert.equal(
    plotLine({ ...place, scale: { low: 0, high: 10, ticks: [0, 10] } }, [0, 10, NaN, 5]),
    'M20 100L40 0M80 50',
  );
  const scale = { low: -10, high: 10, ticks: [-10, 10] };
  const bars = [4, -4].map((value) => plotBar({ ...place, scale }, 0, value));
  assert.deepEqual(bars.map(({ y, height }) => [y, height]), [[30, 20], [50, 20]]); // prettier-ignore
  assert.equal(plotY({ ...place, scale }, 0), 50);
});

test('of hidden states, a token’s way and the one nearest to the pointer', () => {
  const grid = { states: 2, columns: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  assert.deepEqual([...hiddenSeries(grid, 1)], [2, 5]);
  assert.equal(nearestColumn(grid, [0, 1, 2], 1, 5.2, 0.5), 1);
  assert.equal(nearestColumn(grid, [0, 2], 1, 5.2, 0.5), null);
  assert.equal(nearestColumn(grid, [0, 2], 1, 5.8, 0.5), 2);
});
