import { duration } from '../../shared/format';
import type {
  IntegratedGradients,
  SaliencyMethod,
  TextExplanation,
  TokenSequence,
} from '../../shared/text/explanation';
import { readRows, saliencyNoise } from '../../shared/text/read-rows';
import { integratedSentence, saliencyNames, saliencySentences, targetText } from '../../shared/text/wording';
import { clipped } from '../../shared/width';
import { reportPage } from './page/frame';
import { headGrid } from './page/head-grid';
import { hiddenPlot } from './page/hidden-plot';
import { html, words, type Html } from './page/html';
import { textReportStyle } from './page/text-style';
import { shadedTokens, tokenPlot, type TokenScores } from './page/token-plot';
import { tokenTable } from './page/token-table';
import { saliencyScores } from './text-json';
import type { ReportLayer } from './text-report-heads';

export interface TextReportInput {
  readonly explained: TextExplanation;
  readonly method: SaliencyMethod;
  /** For the method 'ig', else null. */
  readonly integrated: IntegratedGradients | null;
  /** See `strongestLayers`. */
  readonly layers: readonly ReportLayer[];
}

/** The report of a text; see {@link reportPage}. */
export function textReportHtml({ explained, method, integrated, layers }: TextReportInput): string {
  const { texts, sequences, attentions } = explained;
  const relevance = readRows(explained);
  const saliency = sequences.map((_, s) => saliencyScores(explained, s, method, integrated));
  const plots = sequences.flatMap((sequence, s) => [
    saliencySection(sequence, saliency[s]!, method),
    relevanceSection(explained, s, relevance[s] ?? null),
  ]);
  const hidden = sequences.map(({ hidden, tokens, name }, s) =>
    hidden === null
      ? null
      : html`<section>
          <h2>Hidden states${ofSequence(name)}: mean activation</h2>
          ${hiddenPlot(hidden, tokens, s)}
        </section>`,
  );
  const tables = sequences.map(
    (sequence, index) =>
    tokenTable({ sequence, index, saliencyName: saliencyNames[method], saliency: saliency[index]!, relevance: relevance[index] ?? null }), // prettier-ignore
  );
  const grids = layers.map((layer) => {
    const group = attentions[layer.group]!;
    return headGrid(layer, group, sequences[group.queries]!.tokens, sequences[group.keys]!.tokens);
  });
  return reportPage({
    title: clipped(texts.join(' · '), 80),
    style: textReportStyle(sequences.map(({ tokens }) => tokens.length)),
    head: head(explained),
    main: html`<div class="columns">
        <div class="plots">${plots}${hidden}</div>
        <div class="reading">
          ${tables} ${said(explained, method, integrated)} ${model(explained)} ${notes(explained)}
        </div>
      </div>
      ${grids.length === 0 ? null : html`<div aria-label="Heads" role="region">${grids}</div>`}`,
    footer: html`Layers, heads and places in the text (UTF-16 units) are numbered from 0. Made by Attention Lens;
    relevance is Chefer, Gur and Wolf, “Generic Attention-model Explainability”, ICCV 2021; integrated gradients are
    Sundararajan, Taly and Yan, 2017.`,
  });
}

const ofSequence = (name: TokenSequence['name']): string => (name === 'text' ? '' : ` of the ${name}`);

function head({ texts, target, model, sequences, timings }: TextExplanation): Html {
  const count = sequences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return html`<header>
    <h1>${texts.map((text, i) => [i > 0 ? html` <span class="quiet">·</span> ` : null, words(clipped(text, 200))])}</h1>
    <p>${words(targetText(target))}</p>
    <p class="end">${words(model.name)} · ${count} tokens · ${duration(timings.total)}</p>
  </header>`;
}

function saliencySection(
  { name, tokens, saliency }: TokenSequence,
  scores: Float32Array | null,
  method: SaliencyMethod,
): Html {
  const noise = saliencyNoise(saliency, method);
  const title = saliencyNames[method];
  const shown: TokenScores | null = scores && { tokens, scores, signed: method !== 'l2', name: title };
  return html`<section class="saliency">
    <h2>Saliency${ofSequence(name)}: ${title}</h2>
    ${
      noise !== null
        ? html`<p>${noise}</p>`
        : shown === null
          ? html`<p>The target does not depend on these tokens, or their embedding was not found.</p>`
          : [shadedTokens(shown), tokenPlot(shown)]
    }
  </section>`;
}

/** The 1 that the read token starts with would outshine all others. */
function relevanceSection({ sequences }: TextExplanation, index: number, row: Float64Array | null): Html | null {
  if (row === null) return null;
  const { name, tokens } = sequences[index]!;
  const read = sequences.at(-1)!;
  const own = index === sequences.length - 1;
  const scores = own ? row.map((value, i) => (i === read.readOut ? value - 1 : value)) : row;
  const shown: TokenScores = { tokens, scores, signed: false, name: 'relevance' };
  return html`<section>
    <h2>Relevance${ofSequence(name)}</h2>
    ${shadedTokens(shown)}${tokenPlot(shown)}
    <p class="quiet">
      The row of ${words(read.tokens[read.readOut]?.text ?? '')} over all
      layers${own ? ', without the 1 that this token has of itself from the start' : ''}.
    </p>
  </section>`;
}

function said({ sequences }: TextExplanation, method: SaliencyMethod, integrated: IntegratedGradients | null): Html {
  const noise = sequences.some(({ saliency }) => saliencyNoise(saliency, method) !== null);
  return html`<section class="said">
    <h2>Method</h2>
    ${noise ? null : html`<p>${saliencySentences[method]}</p>`}
    ${integrated === null ? null : html`<p>${integratedSentence(integrated)}</p>`}
    <p>${saliencySentences.relevance}</p>
  </section>`;
}

function model({ model: { name, about }, attentions }: TextExplanation): Html {
  const stacks = attentions.map(
    ({ name, layers, heads, causal }) =>
      `${name === 'self' ? 'Self-attention' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`}: ${layers} layers, ${heads} heads${causal ? ', each token sees those before it' : ''}.`,
  );
  return html`<section class="said">
    <h2>Model</h2>
    <p>${words(name)}${about === '' ? '.' : `: ${about}`}</p>
    <p class="quiet">${stacks.join(' ')}</p>
  </section>`;
}

/** What limits the result. */
function notes({ warnings }: TextExplanation): Html | null {
  if (warnings.length === 0) return null;
  return html`<section class="said">
    <h2>Notes</h2>
    <div class="notes">${warnings.map((note) => html`<p>${note}</p>`)}</div>
  </section>`;
}
