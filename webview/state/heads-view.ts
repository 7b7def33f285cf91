import type { HeadQuantity } from '../../src/shared/heads-data';
import type { PairFilter } from '../../src/shared/text/pairs';

/** What a person has set in the heads section, whatever panel it is in. The chosen layer and head are the panel's own cursor. */
export interface HeadsView {
  readonly quantity: HeadQuantity;
  /** A vision head as its read-out row on the photo, or as its matrix. Texts have matrices alone. */
  readonly show: 'image' | 'matrix';
  /** One layer's heads, all layers × heads, or the lines between words and patches (images alone). */
  readonly pane: HeadsPane;
  readonly sort: HeadSort;
  /** The last colour is a head's largest value, or its layer's; where two items are compared, of both. */
  readonly scale: 'head' | 'layer';
  /** Start, end and padding tokens are among the tokens. */
  readonly special: boolean;
  /** Heads of the head view; null: the chosen one alone. */
  readonly active: readonly number[] | null;
  /** The active heads one by one, or taken together: in the head view's lines and as a matrix. */
  readonly combine: 'heads' | 'mean' | 'max';
  /** What stands along the axes of texts. */
  readonly units: 'tokens' | 'words';
  /** Of a sentence pair. */
  readonly pair: PairFilter;
  /** Two columns of tokens with lines between, or two rows. */
  readonly layout: 'vertical' | 'horizontal';
  /** The model view's thumbnails of texts: matrices, or small head views. */
  readonly thumbnails: 'matrices' | 'lines';
}

export type HeadsPane = 'layer' | 'model' | 'across';

export type HeadSort = 'index' | 'relevance' | 'entropy' | 'distance' | 'sink';

export const initialHeads: HeadsView = {
  quantity: 'attention',
  show: 'image',
  pane: 'layer',
  sort: 'index',
  scale: 'head',
  special: true,
  active: null,
  combine: 'heads',
  units: 'tokens',
  pair: 'all',
  layout: 'vertical',
  thumbnails: 'matrices',
};
