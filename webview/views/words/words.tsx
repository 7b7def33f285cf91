import { shareText } from '../../../src/shared/format';
import { quoted } from '../../../src/shared/quoted';
import { layersPhrase, methodNames, truncationNote } from '../../../src/shared/wording';
import { tokenShares, wordShares, type SharedText } from '../../../src/shared/word-shares';
import { useSvgView } from '../../export/svg-views';
import { shownImage, targetPrompt, targetReading } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { shadedSvg } from '../../export/shaded-svg';
import { ShadedTexts, type ShadedText } from '../shaded-texts';

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
  const signed = method === 'signed';
  useSvgView(
    'words',
    prompt && reading
      ? () => shadedSvg(`Words of ${quoted(prompt.text)}: ${methodNames[method]}`, shaded(shares, signed))
      : null,
  );
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
        <ShadedTexts
          texts={shaded(shares, signed)}
          label={`Words of ${quoted(prompt.text)}, ${methodNames[method]}`}
          lit={(word) => word === hovered}
          onLight={(word) => controller.hover(word === null ? null : { kind: 'word', word })}
        />
      ) : (
        <p class="quiet">The prompt has no words that the model reads.</p>
      )}
      {prompt.truncatedTo !== null && <p class="small quiet">The prompt was {truncationNote(prompt.truncatedTo)}.</p>}
      {tokens && (
        <ShadedTexts
          className="words small"
          texts={shaded(tokenShares(prompt.tokens, reading), signed)}
          label={`Tokens of ${quoted(prompt.text)}, ${methodNames[method]}`}
          lit={(token) => hovered !== null && hovered >= 0 && prompt.tokens[token]?.word === hovered}
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

const shaded = (texts: readonly SharedText[], signed: boolean): readonly ShadedText[] =>
  texts.map(({ text, share, strength }) => ({
    text,
    number: share === null ? '' : shareText(share),
    strength,
    tone: share === null ? 'special' : signed ? (share < 0 ? 'minus' : 'plus') : 'one',
  }));
