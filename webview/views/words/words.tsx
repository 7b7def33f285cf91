import { useRef, useState } from 'preact/hooks';
import { shareText } from '../../../src/shared/format';
import { quoted } from '../../../src/shared/quoted';
import { layersPhrase, methodNames, truncationNote } from '../../../src/shared/wording';
import { tokenShares, wordShares, type SharedText } from '../../../src/shared/word-shares';
import { useSvgView } from '../../export/svg-views';
import { shownImage, targetPrompt, targetReading } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { focusIndex, rove } from '../../ui/roving';
import { wordsSvg } from './words-svg';

/** The target prompt's words, each with its share of the prompt's relevance; their tokens on demand. */
export function Words() {
  const prompt = useApp(targetPrompt);
  const reading = useApp(targetReading);
  const explained = useApp(shownImage)?.explained;
  const method = useApp((state) => state.view?.method ?? 'relevance');
  const textLayers = useApp((state) => state.view?.textLayers ?? null);
  const tokens = useApp((state) => state.view?.tokens ?? false);
  const hovered = useApp((state) => (state.hover?.kind === 'word' ? state.hover.word : null));
  const compared = useApp((state) =>
    state.panel && state.panel.images.length > 1 ? (shownImage(state)?.name ?? null) : null,
  );
  const controller = useController();
  const shares = prompt && reading ? wordShares(prompt, reading) : [];
  useSvgView('words', prompt && reading ? () => wordsSvg(prompt.text, shares, method) : null);
  if (!prompt || !reading || !explained || !textLayers) return null;

  return (
    <section class="words-section" aria-labelledby="words-title">
      <div class="section-head">
        <h2 id="words-title">Words of the prompt</h2>
        {compared && <bdi class="small quiet">{compared}</bdi>}
        <button
          type="button"
          class="flat toggle"
          aria-pressed={tokens}
          onClick={() => controller.look({ tokens: !tokens })}
        >
          tokens
        </button>
      </div>
      {shares.length > 0 ? (
        <Shared
          texts={shares}
          signed={method === 'signed'}
          label={`Words of ${quoted(prompt.text)}, ${methodNames[method]}`}
          lit={hovered}
          onLight={(word) => controller.hover(word === null ? null : { kind: 'word', word })}
        />
      ) : (
        <p class="quiet">The prompt has no words that the model reads.</p>
      )}
      {prompt.truncatedTo !== null && <p class="small quiet">The prompt was {truncationNote(prompt.truncatedTo)}.</p>}
      {tokens && (
        <Shared
          small
          texts={tokenShares(prompt.tokens, reading)}
          signed={method === 'signed'}
          label={`Tokens of ${quoted(prompt.text)}, ${methodNames[method]}`}
          lit={null}
          group={hovered}
          groups={prompt.tokens.map(({ word }) => word)}
          onLight={(token) => {
            const word = token === null ? -1 : prompt.tokens[token]!.word;
            controller.hover(word < 0 ? null : { kind: 'word', word });
          }}
        />
      )}
      <p class="small quiet">
        Shares of the prompt’s {methodNames[method]}; text tower, {layersPhrase(textLayers, explained.text, method)}.
      </p>
    </section>
  );
}

/** A line of texts, shaded and numbered. One tab stop; arrow keys go from one to the next. */
function Shared({
  texts,
  signed,
  label,
  small = false,
  lit,
  group = null,
  groups,
  onLight,
}: {
  readonly texts: readonly SharedText[];
  readonly signed: boolean;
  readonly label: string;
  readonly small?: boolean;
  readonly lit: number | null;
  /** All texts of this group are lit; `groups` has the group of each. */
  readonly group?: number | null;
  readonly groups?: readonly number[];
  readonly onLight: (index: number | null) => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  const [stop, setStop] = useState(0);
  const count = texts.length;
  const at = Math.min(stop, count - 1);
  return (
    <ol
      class={small ? 'words small' : 'words'}
      dir="auto"
      aria-label={label}
      ref={list}
      onMouseLeave={() => onLight(null)}
    >
      {texts.map(({ text, share, strength }, i) => {
        const on = lit === i || (group !== null && group >= 0 && groups?.[i] === group);
        return (
          <li
            key={i}
            class={on ? 'word lit' : 'word'}
            tabIndex={i === at ? 0 : -1}
            data-index={i}
            onMouseEnter={() => onLight(i)}
            onFocus={() => {
              setStop(i);
              onLight(i);
            }}
            onBlur={() => onLight(null)}
            onKeyDown={(event) => rove(event, i, { count, columns: count }, (to) => focusIndex(list.current, to))}
          >
            <span
              class={tone(share, signed)}
              style={{ '--strength': strength.toFixed(3) }}
              title={text.length > 40 ? text.slice(0, 500) : undefined}
            >
              <bdi class="word-text">{text}</bdi>
            </span>
            <span class="word-value small">
              <span key={share} class="fresh">
                {share === null ? '' : shareText(share)}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const tone = (share: number | null, signed: boolean): string => {
  if (share === null) return 'word-shade special';
  if (!signed) return 'word-shade';
  return share < 0 ? 'word-shade minus' : 'word-shade plus';
};
