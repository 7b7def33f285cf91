import type { Dim, Shape } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { OnnxDType } from '../graph/tensor';

/** What is known of one output. `content`: the elements of a small integer or bool tensor, row-major, maybe symbolic. */
export interface Inferred {
  readonly dtype?: OnnxDType;
  readonly shape?: Shape;
  readonly content?: readonly Dim[];
}

/** One entry for each output of the node; undefined where nothing is known. Rules never throw on odd graphs: they say nothing instead. */
export type ShapeRule = (node: Node, opset: number) => readonly (Inferred | undefined)[];
