import { layerCount } from '../../src/shared/layers';
import type { AppState } from '../state/app-state';
import type { Controller } from '../state/controller';
import { shownImage } from '../state/selectors';
import type { KeyList } from '../ui/keys';
import { orderedPrompts } from './probabilities/order';

export const imageKeys: KeyList = [
  [['↑', '↓'], 'target prompt'],
  [['←', '→'], 'head'],
  [['[', ']'], 'layer of the heads'],
  [['L'], 'live: the picture follows the typing'],
  [['O'], 'overlay on or off'],
  [['S'], 'smooth, or patch by patch'],
  [['E'], 'export'],
  [['F2', 'Enter'], 'edit the prompt that has the focus'],
  [['Delete'], 'remove the prompt that has the focus'],
  [['Esc'], 'back'],
  [['?'], 'this list'],
];

/** @returns whether the key means something now */
export function imageKey(controller: Controller, key: string): boolean {
  const state = controller.store.get();
  const { view } = state;
  if (!view) return false;
  switch (key) {
    case 'ArrowUp':
    case 'ArrowDown':
      return done(moveTarget(controller, state, key === 'ArrowUp' ? -1 : 1));
    case 'ArrowLeft':
    case 'ArrowRight':
      return done(moveHead(controller, state, key === 'ArrowLeft' ? -1 : 1));
    case '[':
    case ']':
      return done(moveLayer(controller, state, key === '[' ? -1 : 1));
    case 'Escape':
      return back(controller, state);
  }
  switch (key.toLowerCase()) {
    case 'l':
      return done(controller.look({ live: !view.live }));
    case 'o':
      return done(controller.lookOverlay({ on: !view.overlay.on }));
    case 's':
      return done(controller.lookOverlay({ smooth: !view.overlay.smooth }));
    case 'e':
      return done(controller.openExport(true));
    default:
      return false;
  }
}

const done = (_: void): true => true;

/** In the order in which the table stands; the focus goes along where it was on a row. */
function moveTarget(controller: Controller, state: AppState, by: number): void {
  const explained = shownImage(state)!.explained;
  const order = orderedPrompts(explained, state.view!.sort);
  const at = order.indexOf(state.view!.prompt) + by;
  const prompt = order[Math.min(order.length - 1, Math.max(0, at))]!;
  controller.look({ prompt });
  const focused = document.activeElement?.closest('[data-target-rows]');
  const row = document.querySelector<HTMLElement>(`[data-target-rows] input[data-prompt="${prompt}"]`);
  if (focused) row?.focus();
  row?.closest('tr')?.scrollIntoView({ block: 'nearest' });
}

function moveHead(controller: Controller, state: AppState, by: number): void {
  const { tower, layer, head } = state.view!;
  const shape = shownImage(state)!.explained[tower];
  const heads = layer < shape.layers ? shape.heads : (shape.pooling?.heads ?? shape.heads);
  controller.look({ head: Math.min(heads - 1, Math.max(0, head + by)) });
}

function moveLayer(controller: Controller, state: AppState, by: number): void {
  const { tower, layer } = state.view!;
  const layers = layerCount(shownImage(state)!.explained[tower]);
  controller.look({ layer: Math.min(layers - 1, Math.max(0, layer + by)) });
}

/** What was opened last is left first. */
function back(controller: Controller, { view, notice }: AppState): boolean {
  if (notice) return done(controller.say(null));
  if (view!.query !== null) return done(controller.look({ query: null }));
  if (view!.overlay.all) return done(controller.lookOverlay({ all: false }));
  if (view!.heads.pane !== 'layer') return done(controller.lookHeads({ pane: 'layer' }));
  return false;
}
