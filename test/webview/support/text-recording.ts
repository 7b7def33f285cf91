import type { HeadStatistics, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import type { IntegratedGradients, TextExplanation } from '../../../src/shared/text/explanation';

/** What the engine said of one text, all that a panel may ask for. */
export interface TextRecording {
  readonly explained: TextExplanation;
  /** By "GROUP LAYER". */
  readonly heads: Readonly<Record<string, HeadTensors>>;
  /** By "GROUP QUANTITY". */
  readonly thumbnails: Readonly<Record<string, HeadThumbnails>>;
  readonly statistics: readonly HeadStatistics[];
  readonly integrated: IntegratedGradients;
}
