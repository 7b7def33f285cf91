import type { Outline, PromptExplanation, Reading } from '../../../shared/explanation';
import { logitText, percent, shareText } from '../../../shared/format';
import { layersPhrase, methodNames, probabilitySentences, truncationNote } from '../../../shared/wording';
import { html, words, type Html } from './html';
import { shade } from './style';

/** The probability table; its rows choose the picture. */
export function promptTable({ prompts, model }: Outline): Html {
  const assumed = model.logitScale?.assumed ? html` <span class="mark" title="computed with an assumed scale">†</span>` : null; // prettier-ignore
  return html`<div>
    <table class="prompts">
      <caption>
        Prompts
      </caption>
      <thead>
        <tr>
          <th scope="col">prompt</th>
          <th scope="col" class="number">logit</th>
          <th scope="col" class="number">probability${assumed}</th>
          <td class="bar"></td>
        </tr>
      </thead>
      <tbody>
        ${prompts.map(promptRow)}
      </tbody>
    </table>
    <p class="quiet">${probabilitySentences[model.probabilities]}</p>
  </div>`;
}

function promptRow({ text, logit, probability, truncatedTo }: PromptExplanation, k: number): Html {
  const width = Number((100 * Math.min(1, Math.max(0, probability || 0))).toFixed(2));
  const cut = truncatedTo === null ? null : html` <span class="mark">(${truncationNote(truncatedTo)})</span>`;
  const radio =
    k === 0
      ? html`<input class="away" type="radio" name="pick" id="pick-0" aria-labelledby="prompt-0" checked />`
      : html`<input class="away" type="radio" name="pick" id="pick-${k}" aria-labelledby="prompt-${k}" />`;
  return html`<tr>
    <th scope="row">${radio}<label for="pick-${k}" id="prompt-${k}">${words(text)}${cut}</label></th>
    <td class="number">${logitText(logit)}</td>
    <td class="number">${percent(probability)}</td>
    <td class="bar">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="${width}" height="8" rx="0.6" />
      </svg>
    </td>
  </tr>`;
}

/** Each prompt's words, shaded by their share of the prompt's strongest word, the number under each. */
export function promptWords({ prompts, text }: Outline, { prompts: readings, method, textLayers }: Reading): Html {
  const lists = prompts.map((prompt, k) => {
    const scores = readings[k]!.words;
    const most = Math.max(...scores.map(Math.abs), 0);
    const items = prompt.words.map((word, i) => {
      const score = scores[i]!;
      return html`<li>
        <span class="word ${shade(score, most, method === 'signed')}">${word}</span
        ><span class="value">${shareText(score)}</span>
      </li>`;
    });
    return html`<ol class="words" id="words-${k}" dir="auto" aria-label="Words of “${prompt.text}”">
      ${items}
    </ol>`;
  });
  return html`<section>
    <h2>Words of the prompts</h2>
    ${lists}
    <p class="quiet">
      Shares of each prompt’s ${methodNames[method]}. Text tower: ${layersPhrase(textLayers, text, method)}.
    </p>
  </section>`;
}
