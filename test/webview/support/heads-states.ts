import type { TokenLabel } from '../../../src/shared/text/token-units';

/** Texts for the heads section alone, by name. */
export interface MadeItem {
  readonly name: string | null;
  readonly seed: string;
  readonly groups: readonly MadeGroup[];
}

export interface MadeGroup {
  readonly label: string;
  readonly name: string;
  readonly layers: number;
  readonly heads: number;
  readonly causal: boolean;
  readonly queries: MadeTokens;
  readonly keys: MadeTokens;
}

export interface MadeTokens {
  readonly tokens: readonly TokenLabel[];
  readonly words: readonly string[];
}

const special = (text: string, part: number): TokenLabel => ({ text, special: true, word: -1, part });

/** [CLS] a [SEP] b [SEP]; "|" divides a word's tokens. */
function madeTokens(texts: readonly string[]): MadeTokens {
  const words: string[] = [];
  const tokens: TokenLabel[] = [special('[CLS]', 0)];
  texts.forEach((text, part) => {
    for (const word of text.split(' ')) {
      for (const piece of word.split('|')) tokens.push({ text: piece, special: false, word: words.length, part });
      words.push(word.replaceAll('|', ''));
    }
    tokens.push(special('[SEP]', part));
  });
  return { tokens, words };
}

const self = (of: MadeTokens, layers: number, heads: number): MadeGroup => ({
  label: 'self',
  name: '',
  layers,
  heads,
  causal: false,
  queries: of,
  keys: of,
});

const fox = 'The quick brown fox jump|s over the lazy dog|.';
const pair = ['Which animal jump|s over the dog|?', 'The quick brown fox does|.'];

function crossGroups(): readonly MadeGroup[] {
  const encoder = madeTokens(['Trans|late to German|: The house is won|der|ful|.']);
  const decoder: MadeTokens = {
    words: ['Das', 'Haus', 'ist', 'wunderbar.'],
    tokens: [
      special('<pad>', 0),
      ...['Das', 'Haus', 'ist'].map((text, word) => ({ text, special: false, word, part: 0 })),
      { text: 'wunder', special: false, word: 3, part: 0 },
      { text: 'bar.', special: false, word: 3, part: 0 },
    ],
  };
  const shape = { layers: 6, heads: 8 };
  return [
    { label: 'encoder', name: 'encoder', ...shape, causal: false, queries: encoder, keys: encoder },
    { label: 'decoder', name: 'decoder', ...shape, causal: true, queries: decoder, keys: decoder },
    { label: 'cross', name: 'cross-attention', ...shape, causal: false, queries: decoder, keys: encoder },
  ];
}

const long = (count: number): string => Array.from({ length: count }, (_, i) => (i % 7 === 3 ? `some|thing${i}` : ['the', 'river', 'ran', 'over', 'a', 'stone', 'slowly'][i % 7])).join(' '); // prettier-ignore

export const headsStates: Readonly<Record<string, () => { readonly items: readonly MadeItem[] }>> = {
  fox: () => ({ items: [{ name: null, seed: 'fox', groups: [self(madeTokens([fox]), 6, 12)] }] }),
  pair: () => ({ items: [{ name: null, seed: 'pair', groups: [self(madeTokens(pair), 6, 12)] }] }),
  cross: () => ({ items: [{ name: null, seed: 'cross', groups: crossGroups() }] }),
  /** 512 tokens. */
  long: () => ({ items: [{ name: null, seed: 'long', groups: [self(madeTokens([long(446)]), 4, 12)] }] }),
  compare: () => ({
    items: [
      { name: fox.replaceAll('|', ''), seed: 'fox', groups: [self(madeTokens([fox]), 6, 12)] },
      { name: '<b>The slow</b> ‮brown fox', seed: 'slow', groups: [self(madeTokens(['The slow brown fox sleep|s']), 6, 12)] }, // prettier-ignore
    ],
  }),
  /** Two models: the second has fewer heads. */
  models: () => ({
    items: [
      { name: 'large', seed: 'fox', groups: [self(madeTokens([fox]), 4, 12)] },
      { name: 'small', seed: 'slow', groups: [self(madeTokens([fox]), 4, 8)] },
    ],
  }),
  hostile: () => ({
    items: [
      {
        name: null,
        seed: 'hostile',
        groups: [self(madeTokens([`<img|src=x|onerror="hacked=1"> ראש קירח של איש 👩‍👩‍👧‍👦 🏳️‍🌈 ‮reversed ${'x'.repeat(3000)} \${y} word`]), 2, 4)], // prettier-ignore
      },
    ],
  }),
};

/** What the page is made of. */
export const headsPage = {
  host: 'test/webview/support/heads-options.ts',
  script: 'test/webview/support/heads-page.tsx',
  style: 'webview/styles/panel.css',
} as const;
