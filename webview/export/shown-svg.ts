import { svgDocument, svgText, SvgMarkup } from '../../src/shared/svg/markup';
import { themeColours } from './theme-colours';

/** What a style sheet says of a drawing's elements, which a file has to say itself; and what it is where nobody says anything. */
const shapeLooks = {
  fill: '',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  'stroke-linejoin': 'miter',
  opacity: '1',
} as const;
const textLooks = { fill: '', 'font-size': '', 'font-weight': '400', 'text-anchor': 'start', opacity: '1' } as const;

/** Left out: they follow the pointer. */
const passing = '.plot-lit';

/** An SVG of the page as a whole file, with the colours that it has now. Texts are escaped: tokens are data. */
export function shownSvg(drawing: SVGSVGElement, title: string): string {
  const { ground, text } = themeColours();
  const width = drawing.width.baseVal.value;
  const height = drawing.height.baseVal.value;
  return svgDocument({ width, height, title, ground, text, content: Array.from(drawing.children, markupOf) });
}

function markupOf(element: Element): SvgMarkup {
  if (element.matches(passing)) return new SvgMarkup('');
  const style = getComputedStyle(element);
  const looks = element.localName === 'g' ? {} : element.localName === 'text' ? textLooks : shapeLooks;
  const all = new Map<string, string>();
  for (const { name, value } of element.attributes) if (name !== 'class' && name !== 'style') all.set(name, value);
  for (const [name, usual] of Object.entries(looks)) {
    const value = style.getPropertyValue(name);
    all.delete(name);
    if (value !== '' && value !== usual) all.set(name, value);
  }
  const attributes = Array.from(all, ([name, value]) => ` ${name}="${svgText(value)}"`).join('');
  const inner =
    element.children.length > 0
      ? Array.from(element.children, (child) => markupOf(child).text).join('')
      : svgText(element.textContent ?? '');
  return new SvgMarkup(`<${element.localName}${attributes}>${inner}</${element.localName}>`);
}
