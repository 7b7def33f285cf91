import type { Graph } from '../graph/graph';
import type { DataFiles } from './data-files';
import type { GraphProto, NodeProto } from './messages';

/** What the parts of the decoder need of each other: attributes hold graphs, functions hold nodes. */
export interface DecodeContext {
  readonly files: DataFiles;
  /** Fills `graph` from its message. */
  graph(proto: GraphProto, graph: Graph): void;
  /** Appends one node, or what a function call stands for. */
  node(proto: NodeProto, graph: Graph): void;
}
