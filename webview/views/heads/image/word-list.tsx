import { useRef, useState } from 'preact/hooks';
import { shareText } from '../../../../src/shared/format';
import { focusIndex, rove } from '../../../ui/roving';

/** CLS (or what a tower has in its place) and the prompt's words, each word with its share. */
export function WordList({
  source,
  words,
  shares,
  signed,
  litWord,
  litSource,
  onLight,
}: {
  readonly source: string;
  readonly words: readonly string[];
  readonly shares: readonly number[];
  readonly signed: boolean;
  readonly litWord: number | null;
  readonly litSource: boolean;
  readonly onLight: (on: number | 'source' | null) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const count = words.length + 1;
  const stop = Math.min(cursor, count - 1);
  const top = Math.max(0, ...shares.map(Math.abs));
  // Row 0 is the source, row i + 1 is word i.
  const light = (row: number): void => onLight(row === 0 ? 'source' : row - 1);
  const item = (row: number) => ({
    role: 'option' as const,
    class: 'word-row',
    tabIndex: row === stop ? 0 : -1,
    'data-index': row,
    onPointerEnter: () => light(row),
    onFocus: () => {
      setCursor(row);
      light(row);
    },
    onBlur: () => onLight(null),
    onKeyDown: (event: KeyboardEvent) => rove(event, row, { count, columns: 1 }, (to) => focusIndex(list.current, to)),
  });
  return (
    <div
      ref={list}
      class="word-list"
      role="listbox"
      aria-label={`${source} and the words of the prompt`}
      onPointerLeave={() => onLight(null)}
    >
      <div {...item(0)} aria-selected={litSource}>
        <b>{source}</b>
      </div>
      {words.map((word, i) => (
        <div {...item(i + 1)} key={i} aria-selected={litWord === i}>
          <bdi class="token-text">{word}</bdi>
          <span class="number">{shareText(shares[i] ?? NaN)}</span>
          <i
            class={signed && (shares[i] ?? 0) < 0 ? 'word-share negative' : 'word-share'}
            style={{ opacity: top > 0 ? Math.abs(shares[i] ?? 0) / top : 0 }}
          />
        </div>
      ))}
    </div>
  );
}
