import { commonGroups } from '../state/common-groups';
import { shownItems, shownToken, unitsOf } from '../state/text-selectors';
import type { TextController } from '../state/text-controller';
import type { SaliencyKind } from '../state/text-view';
import type { KeyList } from '../../ui/keys';

export const textKeys: KeyList = [
  [['←', '→'], 'token'],
  [['↑', '↓'], 'head'],
  [['[', ']'], 'layer of the heads'],
  [['S'], 'next method of saliency'],
  [['W'], 'words, or tokens'],
  [['T'], 'edit the text'],
  [['L'], 'live: the views follow the typing'],
  [['E'], 'export'],
  [['Esc'], 'back'],
  [['?'], 'this list'],
];

const methods: readonly SaliencyKind[] = ['mean', 'l2', 'grad-x-input', 'ig', 'relevance'];

/** @returns whether the key means something now */
export function textKey(controller: TextController, key: string): boolean {
  const { view, panel } = controller.store.get();
  if (!view || !panel) return false;
  const { heads } = view;
  const group = commonGroups(panel.items)[view.group];
  const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return done(moveToken(controller, key === 'ArrowLeft' ? -1 : 1));
    case 'ArrowUp':
    case 'ArrowDown':
      return group !== undefined && done(controller.look({ head: within(view.head + (key === 'ArrowUp' ? -1 : 1), group.heads) })); // prettier-ignore
    case '[':
    case ']':
      return group !== undefined && done(controller.look({ layer: within(view.layer + (key === '[' ? -1 : 1), group.layers) })); // prettier-ignore
    case 'Escape':
      return back(controller);
  }
  switch (key.toLowerCase()) {
    case 's':
      return done(controller.lookSaliency({ method: methods[(methods.indexOf(view.saliency.method) + 1) % methods.length]! })); // prettier-ignore
    case 'w':
      return done(controller.lookHeads({ units: heads.units === 'tokens' ? 'words' : 'tokens' }));
    case 't':
      return done(document.querySelector<HTMLElement>('[data-text-field="0"]')?.focus());
    case 'l':
      return done(controller.look({ live: !view.live }));
    case 'e':
      return done(controller.openExport(true));
    default:
      return false;
  }
}

const done = (_: void): true => true;

/** By what is shown: words, or tokens without the hidden ones. */
function moveToken(controller: TextController, by: number): void {
  const state = controller.store.get();
  const items = shownItems(state);
  const { heads, chosen } = state.view!;
  const { item, sequence, token } = shownToken(state.view!, items, chosen?.item ?? 0);
  const { tokens, unitOf } = unitsOf(items[item]!.explained.sequences[sequence]!, heads);
  const at = unitOf[token] ?? -1;
  // From a hidden token to the nearest one in that direction.
  const to = at >= 0 ? at + by : tokens.findIndex(([first]) => first! > token) - (by < 0 ? 1 : 0);
  const [next] = tokens[Math.min(tokens.length - 1, Math.max(0, to))] ?? [];
  if (next !== undefined) controller.look({ chosen: { item, sequence, token: next } });
}

/** What was opened last is left first. */
function back(controller: TextController): boolean {
  const { notice, view } = controller.store.get();
  if (notice) return done(controller.say(null));
  if (view!.heads.pane !== 'layer') return done(controller.lookHeads({ pane: 'layer' }));
  if (view!.chosen) return done(controller.look({ chosen: null }));
  return false;
}
