/** The messages of onnx.proto, as far as this program reads them (proto/onnx.proto tells what the fields mean). What a file leaves out has protobuf's default. */
export interface ModelProto {
  irVersion: number;
  readonly opsetImport: OperatorSetId[];
  graph: GraphProto | undefined;
  readonly functions: FunctionProto[];
}

export interface OperatorSetId {
  domain: string;
  version: number;
}

export interface FunctionProto {
  name: string;
  domain: string;
  overload: string;
  readonly input: string[];
  readonly output: string[];
  readonly node: NodeProto[];
  readonly opsetImport: OperatorSetId[];
  /** Attributes with a default. */
  readonly attributeProto: AttributeProto[];
}

export interface GraphProto {
  name: string;
  readonly node: NodeProto[];
  readonly initializer: TensorProto[];
  /** Names of the sparse ones, which are not supported. */
  readonly sparseInitializer: string[];
  readonly input: ValueInfo[];
  readonly output: ValueInfo[];
  readonly valueInfo: ValueInfo[];
}

/** ValueInfoProto with its TypeProto.Tensor. */
export interface ValueInfo {
  name: string;
  isTensor: boolean;
  /** A number of TensorProto.DataType; 0: not told. */
  elementType: number;
  /** dim_value, dim_param, or undefined for neither; the whole is undefined where not even the rank is told. */
  dims: (number | string | undefined)[] | undefined;
}

export interface NodeProto {
  name: string;
  opType: string;
  domain: string;
  overload: string;
  readonly input: string[];
  readonly output: string[];
  readonly attribute: AttributeProto[];
}

export interface AttributeProto {
  name: string;
  /** In a function: which attribute of the call this one stands for. */
  refAttrName: string;
  /** AttributeProto.AttributeType. */
  type: number;
  f: number;
  i: number;
  s: string;
  t: TensorProto | undefined;
  g: GraphProto | undefined;
  readonly floats: number[];
  readonly ints: number[];
  readonly strings: string[];
}

export interface TensorProto {
  name: string;
  readonly dims: number[];
  /** TensorProto.DataType. */
  dataType: number;
  hasSegment: boolean;
  /** data_location is EXTERNAL. */
  isExternal: boolean;
  externalData: Map<string, string> | undefined;
  stringData: string[] | undefined;
  /** raw_data, or the one field of the same bytes (packed float_data, double_data) where it is large; a place for what is left in the file. */
  raw: Uint8Array | Place | undefined;
  /** float_data, int32_data …, by field number: floats as they are in memory, integers in the variable length of the wire format. */
  numbers: ReadonlyMap<number, Uint8Array> | undefined;
}

/** Bytes of the file that were not read. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}
