import type { Graph } from '../graph/graph';
import type { GraphProto, NodeProto } from '../proto/onnx_pb';
import type { DataFiles } from './data-files';

/** What the parts of the decoder need of each other: attributes hold graphs, functions hold nodes. */
export interface DecodeContext {
  readonly files: DataFiles;
  /** Fills `graph` from its message. */
  graph(proto: GraphProto, graph: Graph): void;
  /** Appends one node, or what a function call stands for. */
  node(proto: NodeProto, graph: Graph): void;
}
