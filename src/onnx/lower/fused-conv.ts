import type { Builder } from '../graph/builder';
import type { Attributes, Node, Value } from '../graph/graph';
import type { Lowering } from './rule';
import { input, refuse } from './rule';

/** y = activation(Conv(x, w, b) + z). */
export const fusedConv: Lowering = {
  op: 'com.microsoft:FusedConv',
  lower(c) {
    const { g, node, x } = c;
    const y = g.op('Conv', [input(c, 0), input(c, 1), x[2]], convolution(node));
    return [activate(g, node, x[3] ? g.add(y, x[3]) : y, node.floats('activation_params') ?? [])];
  },
};

const convolution = (node: Node): Attributes =>
  Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !name.startsWith('activation')));

/** Activation → names of its parameters as attributes, in the order of activation_params. */
const activations: Readonly<Record<string, readonly string[]>> = {
  Relu: [],
  Tanh: [],
  Sigmoid: [],
  Softplus: [],
  Softsign: [],
  LeakyRelu: ['alpha'],
  Elu: ['alpha'],
  ThresholdedRelu: ['alpha'],
  HardSigmoid: ['alpha', 'beta'],
};

function activate(g: Builder, node: Node, y: Value, parameters: readonly number[]): Value {
  const kind = node.string('activation', '');
  if (kind === '') return y;
  if (kind === 'Clip') {
    const [low, high] = parameters;
    return g.op('Clip', [y, g.scalar(low), g.scalar(high)]);
  }
  const names = activations[kind] ?? refuse(node, `its activation ${kind} is not known`);
  return g.op(kind, [y], Object.fromEntries(parameters.slice(0, names.length).map((p, i) => [names[i], { float: p }])));
}
