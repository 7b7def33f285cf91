import { shadedSvg } from '../../export/shaded-svg';
import { shownSvg } from '../../export/shown-svg';
import { useSvgView } from '../../export/svg-views';
import type { ShadedText } from '../../views/shaded-texts';
import { shownItems } from '../state/text-selectors';
import { useText } from '../state/use-text';
import { saliencyNames } from '../../../src/shared/text/wording';

type Kind = keyof typeof saliencyNames;

/** Distinct in the export menu: of several sequences and items, which. */
export function useViewName(what: string, item: number, sequence: number): string {
  const several = useText((state) => (state.panel?.items[item]?.explained.sequences.length ?? 1) > 1);
  const stack = useText((state) => shownItems(state)[item]?.explained.sequences[sequence]?.name ?? 'text');
  const compared = useText((state) => shownItems(state).length > 1);
  return `${what}${several ? `, ${stack}` : ''}${compared ? `, ${item === 0 ? 'first' : 'second'}` : ''}`;
}

/** Offers shaded text as a vector file; null: there is nothing to save now. */
export function useShadedSvg(
  item: number,
  sequence: number,
  kind: Kind,
  title: string,
  texts: (() => readonly ShadedText[]) | null,
): void {
  const name = useViewName(`text by ${saliencyNames[kind]}`, item, sequence);
  useSvgView(name, texts && (() => shadedSvg(title, texts())));
}

/** Offers the plot within the element of this id. */
export function usePlotSvg(item: number, sequence: number, kind: Kind, title: string, id: string | null): void {
  const name = useViewName(`plot of ${saliencyNames[kind]}`, item, sequence);
  useSvgView(name, id === null ? null : () => shownSvg(document.getElementById(id)!.querySelector('svg')!, title));
}
