import { colourMaps } from '../src/shared/colour/maps';
import { logitText, percent, shareText, valueText } from '../src/shared/format';
import { paintOverlay } from '../src/shared/paint';
import type { PanelPrompt, PanelState } from '../src/shared/panel-protocol';
import { heatTop } from '../src/shared/scale';
import { element } from './dom';

/** The panel's content. The chosen prompt is its one cursor: picture and words follow it. */
export function panel(state: PanelState): readonly Node[] {
  const canvas = element('canvas', 'picture');
  canvas.width = state.photo.width;
  canvas.height = state.photo.height;
  const legend = element('p', 'quiet');
  const words = element('ol', 'words');
  const choose = (prompt: PanelPrompt): void => {
    const top = heatTop(prompt.map, false);
    draw(canvas, state, prompt, top);
    legend.textContent = `relevance 0 – ${valueText(top)}`;
    words.replaceChildren(...prompt.words.map(wordItem));
  };
  choose(state.prompts[0]!);
  return [
    element('header', '', element('h1', '', state.title), ...state.details.map((d) => element('p', 'quiet', d))),
    element(
      'main',
      '',
      element('section', '', canvas, legend),
      element(
        'section',
        '',
        promptTable(state.prompts, choose),
        element('h2', '', 'Words of the prompt'),
        words,
        ...state.notes.map((note) => element('p', 'quiet note', note)),
      ),
    ),
  ];
}

function draw(
  canvas: HTMLCanvasElement,
  { photo, crop, grid }: PanelState,
  { text, map }: PanelPrompt,
  top: number,
): void {
  const heat = { map, grid, crop, top, table: colourMaps.inferno, signed: false, smooth: true };
  const { width, height, data } = paintOverlay(photo, heat);
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data[to] = data[from]!;
    pixels.data[to + 1] = data[from + 1]!;
    pixels.data[to + 2] = data[from + 2]!;
    pixels.data[to + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `Where the model looked for “${text}”; the table and the words say it in numbers.`);
}

function promptTable(prompts: readonly PanelPrompt[], choose: (prompt: PanelPrompt) => void): HTMLTableElement {
  const head = element(
    'tr',
    '',
    element('th', '', 'prompt'),
    element('th', 'number', 'logit'),
    element('th', 'number', 'probability'),
    element('th', 'bar', ''),
  );
  const rows = prompts.map((prompt, k) => {
    const radio = element('input', '');
    radio.type = 'radio';
    radio.name = 'prompt';
    radio.checked = k === 0;
    radio.addEventListener('change', () => choose(prompt));
    const bar = element('meter', '');
    bar.value = prompt.probability;
    return element(
      'tr',
      '',
      element('th', '', element('label', '', radio, prompt.text)),
      element('td', 'number', logitText(prompt.logit)),
      element('td', 'number', percent(prompt.probability)),
      element('td', 'bar', bar),
    );
  });
  return element('table', '', element('thead', '', head), element('tbody', '', ...rows));
}

function wordItem({ text, share }: PanelPrompt['words'][number]): HTMLLIElement {
  const word = element('span', 'word', text);
  word.style.setProperty('--share', `${Math.round(100 * Math.min(1, share))}%`);
  return element('li', '', word, element('span', 'value', shareText(share)));
}
