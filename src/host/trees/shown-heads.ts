import type { Tower } from '../../shared/explanation';
import type { HeadStatistics } from '../../shared/heads-data';
import type { AttentionKind } from '../../shared/text/explanation';

/** What the tree calls a group: a tower of an image model, or the attentions of one kind of one stack of a text model. */
export type GroupName = Tower | AttentionKind['name'];

export interface HeadPlace {
  readonly group: GroupName;
  readonly layer: number;
  readonly head: number;
}

/** A group of heads, as the tree draws it and speaks of it. */
export interface HeadGroup {
  readonly name: GroupName;
  readonly label: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly layers: number;
  readonly heads: number;
  /** Heads of the pooling head behind the layers; null: there is none. */
  readonly pooling: number | null;
  /** What its queries and keys are. */
  readonly unit: 'patches' | 'tokens';
  /** The first position, which heads without anything to say attend to: short, and within a sentence. */
  readonly first: { readonly short: string; readonly long: string };
}

/** The heads of what a panel shows. */
export interface ShownHeads {
  /** The explanation: another object is another explanation. */
  readonly explanation: object;
  /** In the model's order. */
  readonly groups: readonly HeadGroup[];
  /** Which of its targets relevance is of. */
  readonly prompt: number;
  /** That target in words; null: unknown. */
  readonly target: string | null;
  /** What is explained, for the head of the view. */
  readonly title: string;
  /** Where the panel's cursor is; null: it did not say. */
  readonly at: HeadPlace | null;
  /** One for each group; computed when first asked for. */
  readonly statistics: () => Promise<readonly HeadStatistics[]>;
}
