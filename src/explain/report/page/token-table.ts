import { valueText } from '../../../shared/format';
import type { TokenSequence } from '../../../shared/text/explanation';
import { html, words, type Html } from './html';

/** Of one sequence. */
export interface TokenNumbers {
  readonly sequence: TokenSequence;
  readonly index: number;
  /** What the saliency is: "L2 norm". */
  readonly saliencyName: string;
  readonly saliency: ArrayLike<number> | null;
  readonly relevance: ArrayLike<number> | null;
}

/** Every token with its place and numbers. A row chooses the line that the plot of hidden states draws strong; the first sequence's read-out token is chosen at first. */
export function tokenTable({ sequence, index, saliencyName, saliency, relevance }: TokenNumbers): Html {
  const rows = sequence.tokens.map(({ text, start, end }, i) => {
    const id = `${index}-${i}`;
    const chosen = i === sequence.readOut ? html` checked` : null;
    return html`<tr>
      <th scope="row"><input class="away" type="radio" name="pick-${index}" id="pick-${id}" aria-labelledby="token-${id}"${chosen} /><label for="pick-${id}" id="token-${id}">${words(text)}</label></th>
      <td class="number">${start === null ? '' : `${start}–${end}`}</td>
      <td class="number">${saliency ? valueText(saliency[i]!) : '–'}</td>
      <td class="number">${relevance ? valueText(relevance[i]!) : '–'}</td>
    </tr>`; // prettier-ignore
  });
  return html`<div class="scroll tokens" tabindex="0" role="region" aria-label="Tokens and their numbers">
    <table class="prompts">
      <caption>
        ${sequence.name === 'text' ? 'Tokens' : `Tokens of the ${sequence.name}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">token</th>
          <th scope="col" class="number">place</th>
          <th scope="col" class="number">${saliencyName}</th>
          <th scope="col" class="number">relevance</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
