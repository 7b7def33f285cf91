import type { PanelStatus } from '../../../src/shared/panel-protocol';
import type { TextExplanation } from '../../../src/shared/text/explanation';
import type { TextAsk, TextItem, TextPanelSettings, TextPanelState } from '../../../src/shared/text/panel-protocol';
import { madeText, type TextShape } from './text-made';
import { statuses } from './states';

/** The text panels that tests and screenshots open, by name: NAME or NAME+STATUS; `none+STATUS` where no explanation is here yet. */

const textSettings: TextPanelSettings = { colourMap: 'viridis', saliency: 'l2', live: true };

const minilm = { layers: 6, heads: 12, model: 'all-MiniLM-L6-v2' };
const fox = 'The quick brown fox jumps over the lazy dog.';

const sentence =
  'Attention heads often look at separators when nothing else is to be found in a sentence, which is why they are hidden on demand. ';

export const hostileText =
  '<img src=x onerror="window.hacked=1"> </script><script>window.hacked=1</script> \u202Egnp.exe \u200f 👩‍👩‍👧‍👦 ${window.hacked=1} &lt;b&gt; \u0000 \ud800 __proto__ ' +
  'x'.repeat(300);

const shapes: Readonly<Record<string, readonly TextShape[]>> = {
  'made-fox': [{ ...minilm, text: fox }],
  'made-pair': [{ ...minilm, text: 'A man inspects a uniform.', pair: 'The man is sleeping.' }],
  translation: [{ ...minilm, layers: 4, heads: 8, model: 'made-bart', text: 'Translate to German: The house is wonderful.', pair: 'Das Haus ist wunderbar', decoder: true }], // prettier-ignore
  signed: [{ ...minilm, text: fox, noise: false }],
  medium: [{ ...minilm, text: sentence.repeat(5).slice(0, 560) }],
  long: [{ ...minilm, text: sentence.repeat(40), limit: 512, warnings: ['The text was cut.'] }],
  hebrew: [{ ...minilm, model: 'multilingual-MiniLM', text: 'השועל החום המהיר קופץ מעל הכלב העצלן 12.5 פעמים.' }],
  languages: [{ ...minilm, model: 'multilingual-MiniLM', text: '東京の空は青い。 Größe 🚀 👩‍👩‍👧 привет नमस्ते مرحبا' }],
  hostile: [{ ...minilm, text: hostileText, model: '<b>model</b>', about: 'About <img src=x onerror="window.hacked=1">.', warnings: ['A <script>window.hacked=1</script> warning.'], target: '<i>target</i>' }], // prettier-ignore
  'compare-texts': [
    { ...minilm, text: fox },
    { ...minilm, text: 'The quick brown fox jumps over the sleeping dog.' },
  ],
  'compare-models': [
    { ...minilm, text: fox },
    { layers: 4, heads: 8, model: 'bert-tiny-of-another-family', text: fox },
  ],
};

const places: Readonly<Record<string, readonly (string | null)[]>> = {
  fox: ['notes.md · line 3'],
  'made-fox': ['notes.md · line 3'],
  compare: ['notes.md · line 3', null],
  'compare-texts': ['notes.md · line 3', null],
  hostile: ['"><img src=x onerror=window.hacked=1>.md · line 1'],
};

/** Names of the recordings that a state needs, one for each item. */
export const textRecordingsOf = (state: string): readonly string[] => recorded[state.split('+')[0]!] ?? [];

const recorded: Readonly<Record<string, readonly string[]>> = {
  fox: ['fox'],
  pair: ['pair'],
  compare: ['fox', 'sleeping-fox'],
};

/** A panel's state with all that the extension knows of its texts. */
export interface WholeTextState extends TextPanelState {
  readonly items: readonly (TextItem & { readonly explained: TextExplanation })[];
}

export function textState(state: string, recordings: readonly TextExplanation[]): WholeTextState {
  const [name, statusName] = state.split('+') as [string, string?];
  const explained = recordings.length > 0 ? recordings : name === 'none' ? [] : made(name);
  const status: PanelStatus | undefined = statusName ? statuses[statusName] : { kind: 'ready' };
  if (!status) throw new Error(`No status "${statusName}".`);
  const place = places[name] ?? explained.map(() => null);
  const asks = explained.length > 0 ? explained.map(askOf) : [{ text: fox, pair: null, model: null, target: null }];
  return {
    request: {
      items: asks.map((ask, i) => ({
        ...ask,
        sources: [place[i] == null ? null : { uri: 'file:///notes.md', start: 10, end: 10 + ask.text.length }],
      })),
    },
    items: explained.map((explained, i) => ({ explained, place: place[i] ?? null })),
    looked: [],
    status,
    settings: textSettings,
    head: null,
  };
}

function made(name: string): readonly TextExplanation[] {
  const found = shapes[name];
  if (!found) throw new Error(`No state "${name}"; there are ${Object.keys(shapes).join(', ')}.`);
  return found.map(madeText);
}

const askOf = ({ texts, model }: TextExplanation): TextAsk => ({
  text: texts[0]!,
  pair: texts[1] ?? null,
  model: model.path,
  target: null,
});
