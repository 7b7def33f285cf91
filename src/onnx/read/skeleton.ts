import type { ByteSource } from './bytes';
import { FieldReader } from './fields';
import type { Reading } from './graph-message';
import { emptyGraph, readAttribute, readGraph, readNode } from './graph-message';
import type { FunctionProto, ModelProto, OperatorSetId } from './messages';

/**
 * A model without its weights. Every large tensor (raw_data, and packed float_data or double_data, which have the same bytes) becomes
 * its place in the file. The weights themselves are never read, nor is what no reader here looks at: training, metadata, documentation,
 * fields of later ONNX versions.
 * @param leaves false: everything is read, weights too
 * @throws BadFile if the bytes are no ModelProto
 */
export function readSkeleton(source: ByteSource, leaves = true): ModelProto {
  const fields = new FieldReader(source);
  const reading: Reading = { leaves, depth: 1 };
  const model: ModelProto = { irVersion: 0, opsetImport: [], graph: undefined, functions: [] };
  while (fields.next(source.size))
    switch (fields.number) {
      case 1:
        model.irVersion = fields.integer();
        break;
      case 7:
        model.graph = readGraph(fields, model.graph ?? emptyGraph(), reading);
        break;
      case 8:
        model.opsetImport.push(readOpset(fields));
        break;
      case 25:
        model.functions.push(readFunction(fields, reading));
        break;
    }
  return model;
}

function readOpset(fields: FieldReader): OperatorSetId {
  const opset: OperatorSetId = { domain: '', version: 0 };
  for (const end = fields.enter(); fields.next(end);)
    if (fields.number === 1) opset.domain = fields.text();
    else if (fields.number === 2) opset.version = fields.integer();
  return opset;
}

function readFunction(fields: FieldReader, reading: Reading): FunctionProto {
  const f: FunctionProto = {
    name: '',
    domain: '',
    overload: '',
    input: [],
    output: [],
    node: [],
    opsetImport: [],
    attributeProto: [],
  };
  for (const end = fields.enter(); fields.next(end);)
    switch (fields.number) {
      case 1:
        f.name = fields.text();
        break;
      case 4:
        f.input.push(fields.text());
        break;
      case 5:
        f.output.push(fields.text());
        break;
      case 7:
        f.node.push(readNode(fields, reading));
        break;
      case 9:
        f.opsetImport.push(readOpset(fields));
        break;
      case 10:
        f.domain = fields.text();
        break;
      case 11:
        f.attributeProto.push(readAttribute(fields, reading));
        break;
      case 13:
        f.overload = fields.text();
        break;
    }
  return f;
}
